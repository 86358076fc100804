using Pomona.Contracts;
using Pomona.Job.Evaluation;
using Pomona.Job.Runs;

namespace Pomona.Job.Pipeline;

/// <summary>The components of the images that a run's classifier is trained on, gathered in one pass: a seeded sample where they are many.</summary>
internal sealed class TrainingImages
{
    private readonly RunPlan _plan;
    private readonly SampleSelection<float[]> _selection;

    /// <summary>Nothing yet.</summary>
    /// <param name="plan">Which images are for testing alone.</param>
    /// <param name="totals">How many images each class has.</param>
    /// <param name="components">Numbers per image.</param>
    public TrainingImages(RunPlan plan, RunTotals totals, int components)
    {
        _plan = plan;
        SkippedBecause = RunClassifier.ReasonToSkip(totals.TrainingPerLabel, components);
        Available = totals.TrainingPerLabel.Values.Sum();
        _selection = new SampleSelection<float[]>(
            SampleQuota.Seed,
            SkippedBecause is null ? RunClassifier.QuotasFor(totals.TrainingPerLabel, components) : new Dictionary<string, int>());
    }

    /// <summary>Why there is nothing to train, as a clause; null when there is.</summary>
    public string? SkippedBecause { get; }

    /// <summary>How many images there are to choose from.</summary>
    public long Available { get; }

    public void Offer(string image, string label, ReadOnlySpan<float> components)
    {
        if (SkippedBecause is null && !_plan.Tests(image))
            _selection.Offer(image, label, components.ToArray());
    }

    /// <inheritdoc cref="SampleSelection{TPlace}.Chosen"/>
    public IReadOnlyList<SampledImage<float[]>> Chosen() => _selection.Chosen();
}
