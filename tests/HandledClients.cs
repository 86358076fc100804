using Amazon.Runtime;

namespace Pomona.Tests;

/// <summary>Lets all requests of an AWS client pass through a handler, which may answer them itself.</summary>
internal sealed class HandledClients(DelegatingHandler handler) : HttpClientFactory
{
    public override HttpClient CreateHttpClient(IClientConfig clientConfig) => new(handler, disposeHandler: false);
}
