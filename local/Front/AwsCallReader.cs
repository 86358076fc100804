using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Pomona.Local.Account;

namespace Pomona.Local.Front;

/// <summary>Finds out which service and operation a request is for, as AWS's own edge does: from the signature's scope.</summary>
internal sealed class AwsCallReader(IEnumerable<IAwsService> services, LocalSettings settings)
{
    // Of a body that is refused as too large, Kestrel still throws away this much, so that its sender comes to read the refusal.
    private const long LetEnd = 16 << 20;

    private readonly Dictionary<string, IAwsService> _services = services.ToDictionary(service => service.Name, StringComparer.Ordinal);

    /// <summary>The service that answers a call; null for those that moto alone answers.</summary>
    public IAwsService? ServiceOf(AwsCall call) => _services.GetValueOrDefault(call.Service);

    /// <summary>Reads the call, with its body unless the service streams it; it can be forwarded afterwards.</summary>
    /// <exception cref="AwsFailure">The body is larger than the operation takes, or comes too slowly.</exception>
    public async Task<AwsCall> ReadAsync(HttpContext http, CancellationToken cancellation)
    {
        var request = http.Request;
        var target = request.Headers["X-Amz-Target"].ToString();
        var (key, region, name) = Scope(request) ?? (string.Empty, string.Empty, Unsigned(target));
        var service = _services.GetValueOrDefault(name);
        var operation = target.Length > 0 ? target[(target.LastIndexOf('.') + 1)..] : service?.OperationOf(request);
        Limit(http, service?.LargestBody(operation) ?? IAwsService.UsualBody);
        var caller = key.EndsWith($"-{settings.Key}", StringComparison.Ordinal) ? key[..^(settings.Key.Length + 1)] : key;
        if (service is { Streams: true })
            return new AwsCall(http, name, region, caller, operation ?? $"{request.Method} {request.Path}", null);

        var body = await BodyAsync(request, cancellation);
        request.Body = new MemoryStream(body, writable: false);
        return new AwsCall(http, name, region, caller, operation ?? OperationIn(request, body), body);
    }

    /// <summary>Whether it is an address that <c>aws s3 presign</c> made.</summary>
    public bool IsPresigned(HttpRequest request) =>
        request.Headers.Authorization.Count == 0 && request.Headers["X-Amz-Target"].Count == 0
        && Scope(request) is { } scope && _services.GetValueOrDefault(scope.Service) is { HasPlainAddresses: true };

    /// <summary>The access key that a request names; null when it names none.</summary>
    public static string? AccessKey(HttpRequest request) => Scope(request)?.AccessKey;

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

    private string Unsigned(string target)
    {
        var prefix = target.Split('.')[0];
        return _services.Values.FirstOrDefault(service => target.Length > 0 ? service.Target == prefix : service.HasPlainAddresses)?.Name ?? prefix;
    }

    private static void Limit(HttpContext http, long largest)
    {
        var refused = http.Request.ContentLength > largest;
        http.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = refused ? LetEnd : largest;
        if (refused)
            throw new AwsFailure(413, "RequestEntityTooLargeException", $"The body of this operation has at most {largest} bytes.");
    }

    // AWS's RPC protocol has the operation in the address, its query protocol in the form.
    private static string OperationIn(HttpRequest request, byte[] body)
    {
        var path = request.Path.Value ?? "/";
        if (path.Split('/') is ["", "service", _, "operation", var operation])
            return operation;
        if (request.HasFormContentType && QueryHelpers.ParseQuery(Encoding.UTF8.GetString(body)).TryGetValue("Action", out var action))
            return action.ToString();
        return $"{request.Method} {path}";
    }

    private static async Task<byte[]> BodyAsync(HttpRequest request, CancellationToken cancellation)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, cancellation);
        return body.ToArray();
    }
}
