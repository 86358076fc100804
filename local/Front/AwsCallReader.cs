using System.Text;
using Microsoft.AspNetCore.WebUtilities;

namespace Pomona.Local.Front;

/// <summary>Finds out which service and operation a request is for, as AWS's own edge does: from the signature's scope.</summary>
internal static class AwsCallReader
{
    // The largest body of a call that is not S3's: a Lambda invocation's 6 MB, with room for its envelope.
    private const int LargestBody = 16 * 1024 * 1024;

    /// <summary>Reads the call; bodies of services other than S3 are read whole and can be forwarded afterwards.</summary>
    /// <exception cref="AwsFailure">The body is larger than any AWS service takes.</exception>
    public static async Task<AwsCall> ReadAsync(HttpContext http, CancellationToken cancellation)
    {
        var request = http.Request;
        var target = request.Headers["X-Amz-Target"].ToString();
        var (accessKey, region, service) = Scope(request)
            ?? (string.Empty, string.Empty, target.Length > 0 ? ServiceOfTarget(target) : "s3");
        if (service == "s3")
            return new AwsCall(http, service, region, accessKey, Storage.S3Operation.Of(request), null);

        var body = await BodyAsync(request, cancellation);
        request.Body = new MemoryStream(body, writable: false);
        return new AwsCall(http, service, region, accessKey, Operation(request, target, service, body), body);
    }

    /// <summary>Whether it is an address that <c>aws s3 presign</c> made.</summary>
    public static bool IsPresignedForStorage(HttpRequest request) =>
        request.Headers.Authorization.Count == 0 && request.Headers["X-Amz-Target"].Count == 0 && Scope(request) is { Service: "s3" };

    private static (string AccessKey, string Region, string Service)? Scope(HttpRequest request)
    {
        var authorization = request.Headers.Authorization.ToString();
        var start = authorization.IndexOf("Credential=", StringComparison.Ordinal);
        var credential = start >= 0
            ? authorization[(start + "Credential=".Length)..].Split(',', ' ')[0]
            : request.Query["X-Amz-Credential"].ToString();
        return credential.Split('/') is [var key, _, var region, var service, "aws4_request"]
            ? (key, region, service)
            : null;
    }

    private static string ServiceOfTarget(string target) => target.Split('.')[0] switch
    {
        "ElasticMapReduce" => "elasticmapreduce",
        "AWSStepFunctions" => "states",
        "AWSEvents" => "events",
        var other => other,
    };

    private static string Operation(HttpRequest request, string target, string service, byte[] body)
    {
        if (target.Length > 0)
            return target[(target.LastIndexOf('.') + 1)..];
        var path = request.Path.Value ?? "/";
        if (service == "lambda")
            return Lambda.LambdaOperation.Of(request.Method, path);
        if (path.Split('/') is ["", "service", _, "operation", var operation])
            return operation;
        if (request.HasFormContentType
            && QueryHelpers.ParseQuery(Encoding.UTF8.GetString(body)).TryGetValue("Action", out var action))
            return action.ToString();
        return $"{request.Method} {path}";
    }

    private static async Task<byte[]> BodyAsync(HttpRequest request, CancellationToken cancellation)
    {
        using var body = new MemoryStream();
        var chunk = new byte[81920];
        int read;
        while ((read = await request.Body.ReadAsync(chunk, cancellation)) > 0)
        {
            if (body.Length + read > LargestBody)
                throw new AwsFailure(413, "RequestEntityTooLargeException", $"The body exceeds {LargestBody} bytes.");
            body.Write(chunk, 0, read);
        }

        return body.ToArray();
    }
}
