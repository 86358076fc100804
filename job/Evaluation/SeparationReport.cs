namespace Pomona.Job.Evaluation;

/// <summary>How well the classes separate in a sample of the run, by cross-validation.</summary>
/// <param name="Images">Images measured.</param>
/// <param name="Classes">Their classes, in ordinal order.</param>
/// <param name="Folds">Parts that the images were cut into; each was judged by what was learnt from the others.</param>
/// <param name="LeftOutClasses">Classes of the sample with fewer images than folds, which were left out.</param>
/// <param name="MajorityAccuracy">What always naming the largest class would score, 0 to 1.</param>
/// <param name="Scores">Every classifier on every input.</param>
internal sealed record SeparationReport(
    int Images,
    IReadOnlyList<string> Classes,
    int Folds,
    IReadOnlyList<string> LeftOutClasses,
    double MajorityAccuracy,
    IReadOnlyList<ClassifierScore> Scores);

/// <summary>How well one classifier did on one kind of input.</summary>
/// <param name="Classifier">Its name, as shown.</param>
/// <param name="Input">What it was given, as shown: "50 components", "1,280 features".</param>
/// <param name="FoldAccuracy">Of each fold, the share of its images that were classified rightly, 0 to 1.</param>
/// <param name="Confusion">
/// Images of class row that were taken for class column, over all folds; row and column as in
/// <see cref="SeparationReport.Classes"/>.
/// </param>
internal sealed record ClassifierScore(string Classifier, string Input, double[] FoldAccuracy, int[][] Confusion)
{
    /// <summary>The mean of the folds' accuracies.</summary>
    public double Accuracy => FoldAccuracy.Average();

    /// <summary>The standard deviation of the folds' accuracies, of a sample (n − 1).</summary>
    public double Spread => Math.Sqrt(FoldAccuracy.Sum(fold => (fold - Accuracy) * (fold - Accuracy)) / (FoldAccuracy.Length - 1));
}
