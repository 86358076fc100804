using System.Security;
using System.Text;
using System.Text.Json.Nodes;

namespace Pomona.Local.Front;

/// <summary>Writes answers in the forms of AWS's protocols.</summary>
internal static class AwsAnswer
{
    public static async Task WriteJsonAsync(this AwsCall call, JsonObject result, CancellationToken cancellation)
    {
        var response = call.Http.Response;
        response.ContentType = call.Http.Request.ContentType is { Length: > 0 } asked ? asked : "application/json";
        await response.Body.WriteAsync(Encoding.UTF8.GetBytes(result.ToJsonString()), cancellation);
    }

    /// <summary>An error, in the form that the caller's SDK reads.</summary>
    public static async Task WriteFailureAsync(this AwsCall call, AwsFailure failure, CancellationToken cancellation)
    {
        var response = call.Http.Response;
        var id = response.Headers["x-amzn-RequestId"].ToString();
        var text = call switch
        {
            { Service: "s3" } => Xml($"<Error><Code>{Escaped(failure.Code)}</Code><Message>{Escaped(failure.Message)}</Message><RequestId>{id}</RequestId></Error>"),
            _ when call.Http.Request.HasFormContentType => Xml(
                $"<ErrorResponse><Error><Type>{(failure.Status < 500 ? "Sender" : "Receiver")}</Type>"
                + $"<Code>{Escaped(failure.Code)}</Code><Message>{Escaped(failure.Message)}</Message></Error><RequestId>{id}</RequestId></ErrorResponse>"),
            _ => new JsonObject
            {
                ["__type"] = failure.Code,
                ["message"] = failure.Message,
                ["Message"] = failure.Message,
            }.ToJsonString(),
        };
        response.StatusCode = failure.Status;
        response.ContentType = text.StartsWith('<') ? "text/xml" : "application/x-amz-json-1.1";
        response.Headers["x-amzn-ErrorType"] = failure.Code;
        if (!HttpMethods.IsHead(call.Http.Request.Method))
            await response.Body.WriteAsync(Encoding.UTF8.GetBytes(text), cancellation);
    }

    private static string Xml(string element) => "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + element;

    private static string? Escaped(string text) => SecurityElement.Escape(text);
}
