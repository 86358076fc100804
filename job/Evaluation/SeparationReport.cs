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
