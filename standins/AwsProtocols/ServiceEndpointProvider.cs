using Amazon;
using Amazon.Runtime.Endpoints;

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
