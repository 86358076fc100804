namespace Pomona.Vision.Imaging;

/// <summary>A file that gives no pixels.</summary>
/// <param name="reason">
/// One clause that a person understands, lower case and without a full stop: <c>truncated JPEG: the file ends before the
/// image does</c>. It never depends on the machine, the thread or what was decoded before.
/// </param>
public sealed class RejectedImageException(string reason) : Exception(reason);
