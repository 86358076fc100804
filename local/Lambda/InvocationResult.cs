namespace Pomona.Local.Lambda;

/// <summary>How an invocation ended.</summary>
/// <param name="Payload">The function's answer, or its error as JSON.</param>
/// <param name="FunctionError"><c>Unhandled</c> when the function failed; null when it succeeded.</param>
/// <param name="LogTail">The last 4 KB of what the invocation logged.</param>
internal sealed record InvocationResult(byte[] Payload, string? FunctionError, string LogTail);
