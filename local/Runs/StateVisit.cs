namespace Pomona.Local.Runs;

/// <summary>A state of a state machine that an execution has entered.</summary>
/// <param name="Name">The state's name.</param>
/// <param name="Entered">When it was entered last.</param>
/// <param name="Exited">When it was left last; null while the execution is in it.</param>
/// <param name="Times">How often it was entered.</param>
/// <param name="Failed">Whether a task of it failed at its last visit.</param>
internal sealed record StateVisit(string Name, DateTimeOffset Entered, DateTimeOffset? Exited, int Times, bool Failed);
