namespace Pomona.Job.Reporting;

/// <summary>What page/report.html reads: every name in braces there is a property here, ready to be shown.</summary>
internal sealed record PageView
{
    /// <summary>The stylesheet's and the script's hashes for the content security policy, and what they are of.</summary>
    public required string StyleHash { get; init; }

    public required string ScriptHash { get; init; }

    public required string Style { get; init; }

    public required string Script { get; init; }

    public required string Data { get; init; }

    public IReadOnlyList<string> Shapes { get; } = ClassMark.Shapes;

    public required string Dataset { get; init; }

    public required string Run { get; init; }

    public required string Finished { get; init; }

    public required string FinishedIso { get; init; }

    public required string Headline { get; init; }

    public required IReadOnlyList<NamedText> Figures { get; init; }

    public required string ClassesText { get; init; }

    public required IReadOnlyList<string> ClassDoubts { get; init; }

    public required IReadOnlyList<ClassTable> ClassTables { get; init; }

    public required string? ClassesNote { get; init; }

    public required string VarianceText { get; init; }

    public required bool HasComponents { get; init; }

    public required IReadOnlyList<VarianceReach> Reaches { get; init; }

    public required VarianceReach? Unreached { get; init; }

    public required IReadOnlyList<VarianceChart> VarianceCharts { get; init; }

    public required IReadOnlyList<VarianceRow> VarianceRows { get; init; }

    public required string MapText { get; init; }

    public required string? MapNote { get; init; }

    public required bool HasMap { get; init; }

    public required string MapDescription { get; init; }

    public required string MapAcross { get; init; }

    public required string MapUp { get; init; }

    public required ImageMap? Map { get; init; }

    public required string SeparationText { get; init; }

    public required string ClassifierText { get; init; }

    public required IReadOnlyList<ScoreRow> Scores { get; init; }

    public required string MajorityBar { get; init; }

    public required string SeparationNote { get; init; }

    public required IReadOnlyList<ConfusionMatrix> Confusions { get; init; }

    public required string QualityText { get; init; }

    public required IReadOnlyList<QualityView> Quality { get; init; }

    public required string RejectedText { get; init; }

    public required IReadOnlyList<NamedBar> RejectReasons { get; init; }

    public required IReadOnlyList<NamedText> Rejected { get; init; }

    public required string RejectedSummary { get; init; }

    public required bool RejectedOpen { get; init; }

    public required IReadOnlyList<TimingRow> Timings { get; init; }

    public required IReadOnlyList<NamedText> Model { get; init; }

    public required IReadOnlyList<NamedText> Settings { get; init; }

    public required string SampleText { get; init; }
}

/// <summary>A name and what is said of it.</summary>
internal sealed record NamedText(string Name, string Value, string? Note = null);

/// <summary>A row with a number of images and a bar of its length.</summary>
internal sealed record NamedBar(string Name, string Images, string Bar);

/// <summary>A classifier's result in the table of separation.</summary>
internal sealed record ScoreRow(string Classifier, string Input, string Accuracy, string Bar, string Spread);

/// <summary>A stage in the table of timings; its bar begins where the stage before ended.</summary>
internal sealed record TimingRow(string Stage, string Time, string Start, string Bar, string Note)
{
    public static IReadOnlyList<TimingRow> Of(IReadOnlyList<StageTiming> timings)
    {
        var total = timings.Sum(stage => stage.Seconds);
        var before = 0.0;
        return [.. timings.Select(stage =>
        {
            var start = total > 0 ? Math.Min(99.4, 100 * before / total) : 0;
            before += stage.Seconds;
            return new TimingRow(
                stage.Stage, ShownNumbers.Duration(stage.Seconds), ShownNumbers.Place(start), ShownNumbers.Bar(stage.Seconds, total), stage.Note);
        })];
    }
}
