using System.Net;

namespace Pomona.Tests;

/// <summary>A network in which each host answers as a test says; others cannot be reached.</summary>
internal sealed class AnsweringHandler(Dictionary<string, Func<HttpResponseMessage>> hosts) : HttpMessageHandler
{
    /// <summary>The requests so far: <c>GET host</c>.</summary>
    public List<string> Requests { get; } = [];

    /// <summary>A host that serves a file.</summary>
    public static Func<HttpResponseMessage> Serving(byte[] file)
        => () => new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(file) };

    /// <summary>A host that refuses.</summary>
    public static Func<HttpResponseMessage> Refusing(HttpStatusCode status) => () => new HttpResponseMessage(status);

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Requests.Add($"{request.Method} {request.RequestUri!.Host}");
        return hosts.TryGetValue(request.RequestUri.Host, out var answer)
            ? Task.FromResult(answer())
            : throw new HttpRequestException("Name or service not known");
    }
}
