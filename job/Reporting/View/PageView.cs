
namespace Pomona.Job.Reporting.View;

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

    public required IReadOnlyList<ScoreRow> Scores { get; init; }

    public required string MajorityBar { get; init; }

    public required string SeparationNote { get; init; }

    public required IReadOnlyList<ConfusionMatrix> Confusions { get; init; }

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
