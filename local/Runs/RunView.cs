using System.Text.Json.Serialization;

namespace Pomona.Local.Runs;

/// <summary>One execution of a state machine, as the page and the demo show it.</summary>
/// <param name="Arn">The execution's ARN.</param>
/// <param name="Name">Its name.</param>
/// <param name="Machine">The state machine's name.</param>
/// <param name="Status"><c>RUNNING</c>, <c>SUCCEEDED</c>, <c>FAILED</c>, <c>TIMED_OUT</c> or <c>ABORTED</c>.</param>
/// <param name="Started">When it began.</param>
/// <param name="Stopped">When it ended; null while it runs.</param>
/// <param name="Error">The error it failed with.</param>
/// <param name="Cause">What the error says.</param>
/// <param name="Dataset">The data set it runs.</param>
/// <param name="Run">The run's id, once it is known.</param>
/// <param name="States">The states it has entered, in order of their first entry.</param>
/// <param name="Moves">The ways it went between states, each once.</param>
/// <param name="Images">How far the job is; null before it began.</param>
/// <param name="Report">Where the page shows the report, once there is one.</param>
internal sealed record RunView(
    string Arn, string Name, string Machine, string Status, DateTimeOffset Started, DateTimeOffset? Stopped, string? Error,
    string? Cause, string? Dataset, string? Run, IReadOnlyList<StateVisit> States, IReadOnlyList<StateMove> Moves,
    ImageProgress? Images, string? Report)
{
    /// <summary>Whether it has ended.</summary>
    [JsonIgnore]
    public bool Ended => Status != "RUNNING";
}
