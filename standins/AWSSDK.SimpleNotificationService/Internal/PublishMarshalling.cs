// Stand-in for AWSSDK.SimpleNotificationService 4.0.100.2: the part that Pomona uses. See docs/stand-ins.md.
using System.Net;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Transform;
using Amazon.SimpleNotificationService.Model;

namespace Amazon.SimpleNotificationService.Internal;

/// <summary>A request of the AWS query protocol: the members as form parameters.</summary>
internal sealed class PublishRequestMarshaller : IMarshaller<IRequest, AmazonWebServiceRequest>
{
    public IRequest Marshall(AmazonWebServiceRequest input)
    {
        var publish = (PublishRequest)input;
        var request = new DefaultRequest(publish, "Amazon.SimpleNotificationService");
        request.Parameters.Add("Action", "Publish");
        request.Parameters.Add("Version", "2010-03-31");
        if (publish.Message != null)
            request.Parameters.Add("Message", publish.Message);
        if (publish.Subject != null)
            request.Parameters.Add("Subject", publish.Subject);
        if (publish.TopicArn != null)
            request.Parameters.Add("TopicArn", publish.TopicArn);
        return request;
    }
}

/// <summary>Reads <c>PublishResponse/PublishResult/MessageId</c>.</summary>
internal sealed class PublishResponseUnmarshaller(Func<ErrorResponse, AmazonServiceException> exceptionOf)
    : XmlResponseUnmarshaller
{
    public override AmazonWebServiceResponse Unmarshall(XmlUnmarshallerContext context)
    {
        var response = new PublishResponse();
        context.Read();
        var depth = context.CurrentDepth;
        while (context.ReadAtDepth(depth))
        {
            if (!context.IsStartElement)
                continue;

            if (context.TestExpression("PublishResult/MessageId", depth + 1))
                response.MessageId = StringUnmarshaller.GetInstance().Unmarshall(context);
            else if (context.TestExpression("ResponseMetadata", depth + 1))
                response.ResponseMetadata = ResponseMetadataUnmarshaller.Instance.Unmarshall(context);
        }

        return response;
    }

    public override AmazonServiceException UnmarshallException(
        XmlUnmarshallerContext context, Exception innerException, HttpStatusCode statusCode)
    {
        var error = XmlErrorResponseUnmarshaller.GetInstance().Unmarshall(context);
        error.InnerException = innerException;
        error.StatusCode = statusCode;
        return exceptionOf(error);
    }
}
