// Stand-in for AWSSDK.ElasticMapReduce 4.0.100.2: the part that Pomona uses. See docs/stand-ins.md.
using Amazon.Runtime;
using Amazon.Runtime.Endpoints;
using Pomona.StandIns.AwsProtocols;

namespace Amazon.ElasticMapReduce;

public partial class AmazonElasticMapReduceConfig : ClientConfig
{
    public AmazonElasticMapReduceConfig()
        : base(ServiceDefaults.Provider)
    {
        ServiceId = "EMR";
        AuthenticationServiceName = "elasticmapreduce";
        EndpointProvider = new ServiceEndpointProvider("elasticmapreduce");
    }

    public override string RegionEndpointServiceName => "elasticmapreduce";

    public override string ServiceVersion => "2009-03-31";

    public override string UserAgent => "pomona-stand-in";

    public override Endpoint DetermineServiceOperationEndpoint(ServiceOperationEndpointParameters parameters)
        => EndpointProvider.ResolveEndpoint(new EndpointParameters
        {
            ["Region"] = (parameters.AlternateEndpoint ?? RegionEndpoint)?.SystemName,
            ["Endpoint"] = ServiceURL,
        });
}
