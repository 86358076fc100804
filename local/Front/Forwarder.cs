using System.Runtime.ExceptionServices;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Primitives;
using Pomona.Local.Account;
using Pomona.Local.Moto;

namespace Pomona.Local.Front;

/// <summary>Passes calls on to moto, streaming both ways, with the caller's host, signature and exact address.</summary>
/// <remarks>YARP does this too, but needs a package (System.IO.Hashing) that partial NuGet mirrors lack.</remarks>
internal sealed class Forwarder(MotoSocket moto, LocalSettings settings, IHostApplicationLifetime front, ILogger<Forwarder> log) : IDisposable
{
    // Meant for one connection only: https://www.rfc-editor.org/rfc/rfc9110#name-connection
    private static readonly HashSet<string> HopByHop = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization", "Proxy-Connection", "TE", "Trailer",
        "Transfer-Encoding", "Upgrade", "Expect",
    };

    private readonly HttpMessageInvoker _client = new(moto.Handler());

    /// <summary>Forwards the call and writes moto's answer.</summary>
    /// <exception cref="AwsFailure">moto did not answer.</exception>
    public async Task ForwardAsync(HttpContext http)
    {
        using var answer = await SendAsync(http, http.RequestAborted);
        Begin(http, answer);
        await using var body = await answer.Content.ReadAsStreamAsync(http.RequestAborted);
        await body.CopyToAsync(http.Response.Body, http.RequestAborted);
    }

    /// <summary>
    /// Forwards a call that something else follows, such as an event. That comes before the caller gets the answer, and comes
    /// also when the caller has hung up: what moto has done is done. Only the front's end ends it.
    /// </summary>
    /// <param name="http">The call.</param>
    /// <param name="follow">What follows; a failure there is logged and costs the caller nothing.</param>
    /// <exception cref="AwsFailure">moto did not answer.</exception>
    public async Task ForwardAsync(HttpContext http, Func<MotoAnswer, CancellationToken, Task> follow)
    {
        var down = front.ApplicationStopping;
        using var answer = await SendAsync(http, down);
        var body = await answer.Content.ReadAsByteArrayAsync(down);
        try
        {
            await follow(new MotoAnswer((int)answer.StatusCode, Headers(answer), Encoding.UTF8.GetString(body)), down);
        }
        catch (Exception fault) when (!down.IsCancellationRequested)
        {
            log.LogError(fault, "What follows {Method} {Path} was lost.", http.Request.Method, http.Request.Path);
        }

        Begin(http, answer);
        await http.Response.Body.WriteAsync(body, http.RequestAborted);
    }

    public void Dispose() => _client.Dispose();

    private async Task<HttpResponseMessage> SendAsync(HttpContext http, CancellationToken cancellation)
    {
        // Not the decoded path: keys hold "..", "//" and bytes that are no UTF-8, which decoding and encoding would change.
        var target = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var address = new Uri(
            settings.Front.AbsoluteUri.TrimEnd('/') + target,
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
            return await _client.SendAsync(request, cancellation);
        }
        catch (HttpRequestException fault) when (fault.InnerException is BadHttpRequestException refused)
        {
            ExceptionDispatchInfo.Throw(refused); // the caller's body, not moto
            throw;
        }
        catch (HttpRequestException fault)
        {
            throw new AwsFailure(
                503, "ServiceUnavailable", "moto did not answer: see './pomona local status'.", fault);
        }
    }

    private static Dictionary<string, string> Headers(HttpResponseMessage answer) => answer.Headers.Concat(answer.Content.Headers)
        .ToDictionary(header => header.Key, header => string.Join(',', header.Value), StringComparer.OrdinalIgnoreCase);

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

/// <summary>What moto answered to a call that something else follows.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Headers">The answer's headers, by their names in any case.</param>
/// <param name="Body">The body as text.</param>
internal sealed record MotoAnswer(int Status, IReadOnlyDictionary<string, string> Headers, string Body);
