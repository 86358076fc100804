using System.Net;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace Pomona.Local.Front;

/// <summary>Passes calls on to moto, streaming both ways, with the caller's host, signature and exact address.</summary>
/// <remarks>YARP does this too, but needs a package (System.IO.Hashing) that partial NuGet mirrors lack.</remarks>
internal sealed class Forwarder(MotoAddress moto) : IDisposable
{
    // Meant for one connection only: https://www.rfc-editor.org/rfc/rfc9110#name-connection
    private static readonly HashSet<string> HopByHop = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization", "Proxy-Connection", "TE", "Trailer",
        "Transfer-Encoding", "Upgrade", "Expect",
    };

    private readonly HttpMessageInvoker _client = new(new SocketsHttpHandler
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null,
        ConnectTimeout = TimeSpan.FromSeconds(5),
    });

    /// <summary>Forwards the call and writes moto's answer.</summary>
    /// <exception cref="AwsFailure">moto did not answer.</exception>
    public async Task ForwardAsync(HttpContext http)
    {
        using var answer = await SendAsync(http);
        Begin(http, answer);
        await using var body = await answer.Content.ReadAsStreamAsync(http.RequestAborted);
        await body.CopyToAsync(http.Response.Body, http.RequestAborted);
    }

    /// <summary>Forwards the call, writes moto's answer, and returns it too, for calls that something else follows.</summary>
    /// <exception cref="AwsFailure">moto did not answer.</exception>
    public async Task<(int Status, string Body)> ForwardAndReadAsync(HttpContext http, CancellationToken cancellation)
    {
        using var answer = await SendAsync(http);
        var body = await answer.Content.ReadAsByteArrayAsync(cancellation);
        Begin(http, answer);
        await http.Response.Body.WriteAsync(body, cancellation);
        return ((int)answer.StatusCode, System.Text.Encoding.UTF8.GetString(body));
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private async Task<HttpResponseMessage> SendAsync(HttpContext http)
    {
        // Not the decoded path: keys hold "..", "//" and bytes that are no UTF-8, which decoding and encoding would change.
        var target = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var address = new Uri(
            moto.Endpoint.AbsoluteUri.TrimEnd('/') + target,
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using var request = new HttpRequestMessage(HttpMethod.Parse(http.Request.Method), address);
        if (http.Request.ContentLength is > 0 || http.Request.Headers.TransferEncoding.Count > 0)
            request.Content = new StreamContent(http.Request.Body);
        else if (HttpMethods.IsPut(http.Request.Method) || HttpMethods.IsPost(http.Request.Method))
            request.Content = new ByteArrayContent([]);

        foreach (var (name, values) in http.Request.Headers)
        {
            if (HopByHop.Contains(name))
                continue;
            if (!request.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values))
                request.Content?.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
        }

        request.Headers.Host = http.Request.Host.Value;
        try
        {
            return await _client.SendAsync(request, http.RequestAborted);
        }
        catch (HttpRequestException fault)
        {
            throw new AwsFailure(
                503, "ServiceUnavailable", $"moto at {moto.Endpoint} did not answer: see './pomona local status'.", fault);
        }
    }

    private static void Begin(HttpContext http, HttpResponseMessage answer)
    {
        var response = http.Response;
        response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers))
        {
            if (!HopByHop.Contains(name))
                response.Headers[name] = new StringValues([.. values]);
        }
    }
}
