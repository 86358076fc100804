using System.Text.Json.Nodes;

namespace Pomona.StateMachine.Tests;

/// <summary>How an execution ended, and the states that it went through.</summary>
internal sealed record Outcome(string Status, string? Error, string? Cause, JsonNode? Output, IReadOnlyList<string> States)
{
    public override string ToString() => $"{Status} {Error}: {Cause}; it went through {string.Join(", ", States)}";
}
