using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Pomona.Local.Front;

/// <summary>One AWS API call as it came in.</summary>
/// <param name="Http">The HTTP exchange.</param>
/// <param name="Service">The service by its signing name: <c>s3</c>, <c>lambda</c>, <c>elasticmapreduce</c>, <c>states</c>, …</param>
/// <param name="Region">The region that the caller signed for.</param>
/// <param name="AccessKey">Who calls; functions, clusters and the state machines have one each.</param>
/// <param name="Operation">The operation; for S3 and the REST services derived from method and address.</param>
/// <param name="Body">The request's body; null for S3, whose bodies only stream through.</param>
internal sealed record AwsCall(
    HttpContext Http, string Service, string Region, string AccessKey, string Operation, byte[]? Body)
{
    /// <summary>The body as JSON.</summary>
    /// <exception cref="AwsFailure">It is not a JSON object.</exception>
    public JsonObject Json()
    {
        if (Body is null or [])
            return [];
        try
        {
            return JsonNode.Parse(Body) as JsonObject ?? throw NotAnObject(null);
        }
        catch (JsonException fault)
        {
            throw NotAnObject(fault);
        }
    }

    /// <summary>The body as form fields, as query services get them.</summary>
    public IReadOnlyDictionary<string, string> Form() =>
        Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(Encoding.UTF8.GetString(Body ?? []))
            .ToDictionary(field => field.Key, field => field.Value.ToString(), StringComparer.Ordinal);

    private static AwsFailure NotAnObject(Exception? fault) =>
        new(400, "SerializationException", "The request's body is not a JSON object.", fault);
}

/// <summary>An error that the front answers a call with, in the form of the call's protocol.</summary>
internal sealed class AwsFailure(int status, string code, string message, Exception? inner = null)
    : Exception(message, inner)
{
    public int Status => status;

    public string Code => code;
}
