// Stand-in for AWSSDK.StepFunctions 4.0.100.2: the part that Pomona uses. See docs/stand-ins.md.
using Amazon.Runtime;
using Amazon.Runtime.Endpoints;
using Pomona.StandIns.AwsProtocols;

namespace Amazon.StepFunctions;

public partial class AmazonStepFunctionsConfig : ClientConfig
{
    public AmazonStepFunctionsConfig()
        : base(ServiceDefaults.Provider)
    {
        ServiceId = "SFN";
        AuthenticationServiceName = "states";
        EndpointProvider = new ServiceEndpointProvider("states");
    }

    public override string RegionEndpointServiceName => "states";

    public override string ServiceVersion => "2016-11-23";

    public override string UserAgent => "pomona-stand-in";

    public override Endpoint DetermineServiceOperationEndpoint(ServiceOperationEndpointParameters parameters)
        => EndpointProvider.ResolveEndpoint(new EndpointParameters
        {
            ["Region"] = (parameters.AlternateEndpoint ?? RegionEndpoint)?.SystemName,
            ["Endpoint"] = ServiceURL,
        });
}
