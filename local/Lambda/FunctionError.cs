using System.Text;
using System.Text.Json.Nodes;

namespace Pomona.Local.Lambda;

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

    private static byte[] Json(string type, string message) => Encoding.UTF8.GetBytes(
        new JsonObject { ["errorType"] = type, ["errorMessage"] = message }.ToJsonString());
}
