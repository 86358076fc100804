using System.Text;
using System.Text.Json.Nodes;

namespace Pomona.Local.Lambda;

/// <summary>One event on its way to a function.</summary>
/// <param name="RequestId">The invocation's id.</param>
/// <param name="Payload">The event, JSON in UTF-8.</param>
/// <param name="ClientContext">What the caller adds, base64 of JSON; null for nothing.</param>
internal sealed record Invocation(string RequestId, byte[] Payload, string? ClientContext = null);

/// <summary>How an invocation ended.</summary>
/// <param name="Payload">The function's answer, or its error as JSON.</param>
/// <param name="FunctionError"><c>Unhandled</c> when the function failed; null when it succeeded.</param>
/// <param name="LogTail">The last 4 KB of what the invocation logged.</param>
internal sealed record InvocationResult(byte[] Payload, string? FunctionError, string LogTail);

/// <summary>Errors that the platform reports in the function's stead, as AWS words them.</summary>
internal static class FunctionError
{
    /// <summary>The value of <c>X-Amz-Function-Error</c> and of <see cref="InvocationResult.FunctionError"/>.</summary>
    public const string Unhandled = "Unhandled";

    /// <summary>The function ran longer than its timeout.</summary>
    public static byte[] TimedOut(string requestId, TimeSpan timeout) => Json(
        "Sandbox.Timedout", $"RequestId: {requestId} Error: Task timed out after {timeout.TotalSeconds:0.00} seconds");

    /// <summary>The process ended by itself.</summary>
    public static byte[] Exited(string requestId, int code) => Json(
        "Runtime.ExitError", $"RequestId: {requestId} Error: Runtime exited with error: exit status {code}");

    /// <summary>The process was killed because it used more memory than the function has.</summary>
    public static byte[] OutOfMemory(string requestId) => Json(
        "Runtime.OutOfMemory", $"RequestId: {requestId} Error: Runtime exited with error: signal: killed");

    /// <summary>The function wrote more into its temporary folder than there is room for.</summary>
    public static byte[] DiskFull(string requestId, int megabytes) => Json(
        "IOException", $"RequestId: {requestId} Error: No space left on device: /tmp holds more than {megabytes} MB");

    private static byte[] Json(string type, string message) => Encoding.UTF8.GetBytes(
        new JsonObject { ["errorType"] = type, ["errorMessage"] = message }.ToJsonString());
}

/// <summary>The function has no concurrency left, or none at all.</summary>
internal sealed class FunctionThrottledException(string function)
    : Exception($"Rate Exceeded: {function} has no concurrency left.");
