namespace Pomona.Contracts;

/// <summary>
/// What a run takes over from an earlier one: features and cues of images that are as they were. Parts are written as by a run from
/// scratch, to the byte; what cannot be taken over after all is computed.
/// </summary>
/// <param name="Run">The earlier run's folder: an <c>s3://</c> address or a path.</param>
/// <param name="Unchanged">
/// How many images are as the earlier run used them: in a bucket by key, size and ETag; in a folder by key and size, which their
/// content has still to confirm.
/// </param>
/// <param name="NewBytes">The size of all other images together.</param>
/// <param name="NewLarge">What is large of them; null when nothing is.</param>
public sealed record SinceRun(string Run, long Unchanged, long NewBytes, LargeImageBytes? NewLarge = null);
