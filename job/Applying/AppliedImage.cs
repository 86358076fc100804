namespace Pomona.Job.Applying;

/// <summary>What a run's model says of an image.</summary>
/// <param name="Image">Where it is, as it was named.</param>
/// <param name="Class">The most probable class; empty when it was rejected.</param>
/// <param name="Probability">The class's, 0 to 1.</param>
/// <param name="Components">Its components.</param>
/// <param name="Rejected">Why it was rejected, as a clause; null when it was not.</param>
internal sealed record AppliedImage(string Image, string Class, float Probability, ReadOnlyMemory<float> Components, string? Rejected = null);

/// <summary>Takes what is said of images, in their order.</summary>
internal interface IAppliedOutput : IDisposable
{
    /// <summary>Takes one that was not rejected.</summary>
    void Add(AppliedImage image);

    void Complete();
}
