using Amazon.Runtime.Internal;

namespace Pomona.StandIns.AwsProtocols;

/// <summary>The service's name in metrics and user agents.</summary>
internal sealed class ServiceMetadata(string serviceId) : IServiceMetadata
{
    public string ServiceId => serviceId;

    public IDictionary<string, string> OperationNameMapping { get; } = new Dictionary<string, string>();
}
