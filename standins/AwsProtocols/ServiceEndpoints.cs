using Amazon;
using Amazon.Runtime;
using Amazon.Runtime.Endpoints;
using Amazon.Runtime.Internal;

namespace Pomona.StandIns.AwsProtocols;

/// <summary>
/// Where a service is: <c>ServiceURL</c> when it is set, else the region's endpoint as AWSSDK.Core's own table names it.
/// The real packages decide this by generated rule sets.
/// </summary>
internal sealed class ServiceEndpointProvider(string prefix) : IEndpointProvider
{
    public Endpoint ResolveEndpoint(EndpointParameters parameters)
    {
        if (parameters["Endpoint"] is string { Length: > 0 } url)
            return new Endpoint(url);

        var region = RegionEndpoint.GetBySystemName((string)parameters["Region"]);
        return new Endpoint($"https://{prefix}.{region.SystemName}.{region.PartitionDnsSuffix}");
    }
}

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
