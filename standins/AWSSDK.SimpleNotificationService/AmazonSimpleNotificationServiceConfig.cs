// Stand-in for AWSSDK.SimpleNotificationService 4.0.100.2: the part that Pomona uses. See docs/stand-ins.md.
using Amazon.Runtime;
using Amazon.Runtime.Endpoints;
using Pomona.StandIns.AwsProtocols;

namespace Amazon.SimpleNotificationService;

public partial class AmazonSimpleNotificationServiceConfig : ClientConfig
{
    public AmazonSimpleNotificationServiceConfig()
        : base(ServiceDefaults.Provider)
    {
        ServiceId = "SNS";
        AuthenticationServiceName = "sns";
        EndpointProvider = new ServiceEndpointProvider("sns");
    }

    public override string RegionEndpointServiceName => "sns";

    public override string ServiceVersion => "2010-03-31";

    public override string UserAgent => "pomona-stand-in";

    public override Endpoint DetermineServiceOperationEndpoint(ServiceOperationEndpointParameters parameters)
        => EndpointProvider.ResolveEndpoint(new EndpointParameters
        {
            ["Region"] = (parameters.AlternateEndpoint ?? RegionEndpoint)?.SystemName,
            ["Endpoint"] = ServiceURL,
        });
}
