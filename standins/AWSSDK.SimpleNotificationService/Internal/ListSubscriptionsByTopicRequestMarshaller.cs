// Stand-in for AWSSDK.SimpleNotificationService 4.0.100.2: the part that Pomona uses. See docs/stand-ins.md.
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
