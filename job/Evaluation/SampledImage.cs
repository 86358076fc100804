namespace Pomona.Job.Evaluation;

/// <summary>An image that a <see cref="SampleSelection{TPlace}"/> chose.</summary>
/// <typeparam name="TPlace">How its numbers are found again, for instance shard and row.</typeparam>
/// <param name="Image">Its key.</param>
/// <param name="Label">Its class.</param>
/// <param name="Rank">
/// Its place in its class's drawing order, from 0: the images of ranks below r are the sample that a quota of r would have
/// chosen.
/// </param>
/// <param name="Place">Where it is.</param>
internal sealed record SampledImage<TPlace>(string Image, string Label, int Rank, TPlace Place);
