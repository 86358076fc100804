using Amazon.Runtime;

namespace Pomona.Functions.Tests.Moto;

/// <summary>
/// Lets one conditional put at a time reach moto: it checks the condition and stores the object in two steps, so that on a
/// busy machine two callers can win (seen once in some runs). S3 does both in one.
/// </summary>
internal sealed class ConditionalPuts : HttpClientFactory
{
    public override HttpClient CreateHttpClient(IClientConfig clientConfig) => new(new Handler(new SemaphoreSlim(1)));

    private sealed class Handler(SemaphoreSlim gate) : DelegatingHandler(new HttpClientHandler())
    {
        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Headers.IfMatch.Count == 0 && request.Headers.IfNoneMatch.Count == 0)
                return await base.SendAsync(request, cancellationToken);

            await gate.WaitAsync(cancellationToken);
            try
            {
                return await base.SendAsync(request, cancellationToken);
            }
            finally
            {
                gate.Release();
            }
        }
    }
}
