namespace Pomona.Functions.Executions;

/// <summary>What Step Functions says of an execution.</summary>
/// <param name="State">Whether it goes on.</param>
/// <param name="Input">Its input, byte for byte as it was started with; null when it is not there.</param>
internal sealed record FoundExecution(ExecutionState State, string? Input);
