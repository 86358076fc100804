using System.Net;

namespace Pomona.Tests;

/// <summary>Answers some requests as S3 does to those who may not.</summary>
internal sealed class ForbiddingHandler(Func<HttpRequestMessage, bool> forbids) : DelegatingHandler(new HttpClientHandler())
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        => forbids(request)
            ? Task.FromResult(new HttpResponseMessage(HttpStatusCode.Forbidden)
            {
                Content = new StringContent("<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"),
            })
            : base.SendAsync(request, cancellationToken);
}
