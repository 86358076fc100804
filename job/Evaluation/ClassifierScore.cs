namespace Pomona.Job.Evaluation;

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
