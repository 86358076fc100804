// Stand-in for AWSSDK.SimpleNotificationService 4.0.100.2: the part that Pomona uses. See docs/stand-ins.md.
using System.Net;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Transform;
using Amazon.SimpleNotificationService.Model;

namespace Amazon.SimpleNotificationService.Internal;

/// <summary>A request of the AWS query protocol: the members as form parameters.</summary>
internal sealed class ListSubscriptionsByTopicRequestMarshaller : IMarshaller<IRequest, AmazonWebServiceRequest>
{
    public IRequest Marshall(AmazonWebServiceRequest input)
    {
        var list = (ListSubscriptionsByTopicRequest)input;
        var request = new DefaultRequest(list, "Amazon.SimpleNotificationService");
        request.Parameters.Add("Action", "ListSubscriptionsByTopic");
        request.Parameters.Add("Version", "2010-03-31");
        if (list.NextToken != null)
            request.Parameters.Add("NextToken", list.NextToken);
        if (list.TopicArn != null)
            request.Parameters.Add("TopicArn", list.TopicArn);
        return request;
    }
}

/// <summary>Reads <c>ListSubscriptionsByTopicResult/Subscriptions/member</c>.</summary>
internal sealed class ListSubscriptionsByTopicResponseUnmarshaller(Func<ErrorResponse, AmazonServiceException> exceptionOf)
    : XmlResponseUnmarshaller
{
    public override AmazonWebServiceResponse Unmarshall(XmlUnmarshallerContext context)
    {
        var response = new ListSubscriptionsByTopicResponse { Subscriptions = [] };
        context.Read();
        var depth = context.CurrentDepth;
        while (context.ReadAtDepth(depth))
        {
            if (!context.IsStartElement)
                continue;

            if (context.TestExpression("ListSubscriptionsByTopicResult/NextToken", depth + 1))
                response.NextToken = StringUnmarshaller.GetInstance().Unmarshall(context);
            else if (context.TestExpression("ListSubscriptionsByTopicResult/Subscriptions/member", depth + 1))
                response.Subscriptions.Add(Read(context));
            else if (context.TestExpression("ResponseMetadata", depth + 1))
                response.ResponseMetadata = ResponseMetadataUnmarshaller.Instance.Unmarshall(context);
        }

        return response;
    }

    private static Subscription Read(XmlUnmarshallerContext context)
    {
        var subscription = new Subscription();
        var depth = context.CurrentDepth;
        while (context.ReadAtDepth(depth))
        {
            if (!context.IsStartElement)
                continue;

            if (context.TestExpression("Endpoint", depth + 1))
                subscription.Endpoint = StringUnmarshaller.GetInstance().Unmarshall(context);
            else if (context.TestExpression("Protocol", depth + 1))
                subscription.Protocol = StringUnmarshaller.GetInstance().Unmarshall(context);
            else if (context.TestExpression("SubscriptionArn", depth + 1))
                subscription.SubscriptionArn = StringUnmarshaller.GetInstance().Unmarshall(context);
        }

        return subscription;
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
