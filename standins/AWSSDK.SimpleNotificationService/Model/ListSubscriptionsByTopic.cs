// Stand-in for AWSSDK.SimpleNotificationService 4.0.100.2: the part that Pomona uses. See docs/stand-ins.md.
using Amazon.Runtime;

namespace Amazon.SimpleNotificationService.Model;

public partial class ListSubscriptionsByTopicRequest : AmazonSimpleNotificationServiceRequest
{
    public string NextToken { get; set; }

    public string TopicArn { get; set; }
}

public partial class ListSubscriptionsByTopicResponse : AmazonWebServiceResponse
{
    public string NextToken { get; set; }

    public List<Subscription> Subscriptions { get; set; }
}

public partial class Subscription
{
    public string Endpoint { get; set; }

    public string Protocol { get; set; }

    public string SubscriptionArn { get; set; }
}
