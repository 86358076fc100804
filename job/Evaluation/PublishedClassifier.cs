namespace Pomona.Job.Evaluation;

/// <summary>A run's classifier as the report tells of it: what it was trained on and how well it may be expected to do, or why there is none.</summary>
/// <param name="Classifier">The classifier, or null where there is none.</param>
/// <param name="SkippedBecause">Then why, as a clause.</param>
/// <param name="TrainingImages">Images that could be trained on; the classifier says how many were.</param>
/// <param name="Test">How it did on the images that are for testing alone; null where there are none.</param>
internal sealed record PublishedClassifier(
    RunClassifier? Classifier, string? SkippedBecause, long TrainingImages, TestScore? Test);

/// <summary>How a classifier did on images that neither it nor the components were fitted to.</summary>
/// <param name="Folder">The first folder that they are in.</param>
/// <param name="Score">The score, with its confusion matrix over the classifier's classes.</param>
/// <param name="UnknownImages">Of the images, those of a class that it was never shown, which cannot be right.</param>
internal sealed record TestScore(string Folder, ClassifierScore Score, long UnknownImages)
{
    /// <summary>Images that were tested with.</summary>
    public long Images => UnknownImages + Score.Confusion.Sum(row => row.Sum(count => (long)count));

    /// <summary>The share that was given the right class, 0 to 1; of no image, 0.</summary>
    public double Accuracy => Images == 0 ? 0 : (double)Score.Confusion.Select((row, c) => (long)row[c]).Sum() / Images;
}

/// <summary>Counts a classifier's answers on images for testing, in memory for the classes alone.</summary>
/// <param name="classifier">The classifier.</param>
internal sealed class ClassifierTest(RunClassifier classifier)
{
    private readonly Dictionary<string, int> _numbers = classifier.Labels.Select((label, number) => (label, number))
        .ToDictionary(pair => pair.label, pair => pair.number, StringComparer.Ordinal);

    private readonly int[][] _confusion = [.. classifier.Labels.Select(_ => new int[classifier.Labels.Count])];
    private long _unknown;

    public void Add(string label, ReadOnlySpan<float> components)
    {
        if (_numbers.TryGetValue(label, out var actual))
            _confusion[actual][classifier.Classify(components)]++;
        else
            _unknown++;
    }

    /// <summary>The score on all that were added.</summary>
    /// <param name="folder">The first folder that they are in.</param>
    /// <param name="input">What the classifier was given, as shown.</param>
    public TestScore Score(string folder, string input)
    {
        var score = new TestScore(folder, new ClassifierScore($"Published classifier on {folder}/", input, [], _confusion), _unknown);
        return score with { Score = score.Score with { FoldAccuracy = [score.Accuracy] } };
    }
}
