// Stand-in for AWSSDK.SimpleNotificationService 4.0.100.2: the part that Pomona uses. See docs/stand-ins.md.
using Amazon.Runtime;

namespace Amazon.SimpleNotificationService.Model;

public partial class PublishRequest : AmazonSimpleNotificationServiceRequest
{
    public string TopicArn { get; set; }

    public string Message { get; set; }

    public string Subject { get; set; }
}

public partial class PublishResponse : AmazonWebServiceResponse
{
    public string MessageId { get; set; }
}
