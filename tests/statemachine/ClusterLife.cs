namespace Pomona.StateMachine.Tests;

/// <summary>What will become of a cluster that is rented.</summary>
internal sealed record ClusterLife(params string[] States)
{
    public static ClusterLife Good => new("STARTING", "BOOTSTRAPPING", "WAITING");

    public string Code { get; init; } = "";

    public string Message { get; init; } = "";

    public bool Protected { get; init; }

    public bool Stubborn { get; init; }

    public bool HasHostName { get; init; } = true;

    public static ClusterLife Broken(string code, string message = "") =>
        new("STARTING", "TERMINATING", "TERMINATED_WITH_ERRORS") { Code = code, Message = message };
}
