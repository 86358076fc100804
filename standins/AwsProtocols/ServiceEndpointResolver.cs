using Amazon.Runtime;
using Amazon.Runtime.Endpoints;
using Amazon.Runtime.Internal;

namespace Pomona.StandIns.AwsProtocols;

/// <summary>Hands the client's settings to <see cref="ServiceEndpointProvider"/>.</summary>
internal sealed class ServiceEndpointResolver : BaseEndpointResolver
{
    protected override EndpointParameters MapEndpointsParameters(IRequestContext requestContext)
    {
        var config = requestContext.ClientConfig;
        return new EndpointParameters
        {
            ["Region"] = (requestContext.Request.AlternateEndpoint ?? config.RegionEndpoint)?.SystemName
                ?? config.AuthenticationRegion ?? "us-east-1",
            ["Endpoint"] = config.ServiceURL,
        };
    }
}
