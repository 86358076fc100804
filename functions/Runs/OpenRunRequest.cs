using System.Text.Json;

namespace Pomona.Functions.Runs;

/// <summary>What the workflow's first state says.</summary>
/// <param name="Input">The execution's whole input, not yet trusted.</param>
/// <param name="ExecutionName">The execution's name.</param>
/// <param name="ExecutionArn">The execution's ARN.</param>
/// <param name="StartedAt">When the execution started.</param>
public sealed record OpenRunRequest(
    JsonElement Input, string ExecutionName, string ExecutionArn, DateTimeOffset StartedAt);
