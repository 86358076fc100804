using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Transform;

namespace Pomona.StandIns.AwsProtocols;

/// <summary>A request of the AWS JSON 1.0 or 1.1 protocol: POST /, the operation in X-Amz-Target, the members as JSON.</summary>
internal sealed class JsonRequestMarshaller<TRequest>(
    string service, string apiVersion, string jsonVersion, string target, JsonTypeInfo<TRequest> type)
    : IMarshaller<IRequest, AmazonWebServiceRequest>
    where TRequest : AmazonWebServiceRequest
{
    public IRequest Marshall(AmazonWebServiceRequest input)
    {
        var request = new DefaultRequest(input, service)
        {
            HttpMethod = "POST",
            ResourcePath = "/",
            Content = JsonSerializer.SerializeToUtf8Bytes((TRequest)input, type),
        };
        request.Headers["X-Amz-Target"] = target;
        request.Headers["Content-Type"] = $"application/x-amz-json-{jsonVersion}";
        request.Headers["X-Amz-Api-Version"] = apiVersion;
        return request;
    }
}
