using Pomona.Job.Engines;

namespace Pomona.Job.Reporting.View;

/// <summary>A stage in the table of timings; its bar begins where the stage before ended.</summary>
internal sealed record TimingRow(string Stage, string Time, string Start, string Bar, string Note)
{
    /// <summary>The rows of all stages.</summary>
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
