// Stand-in for AWSSDK.SimpleNotificationService 4.0.100.2: the part that Pomona uses. See docs/stand-ins.md.
namespace Amazon.SimpleNotificationService.Model;

public partial class Subscription
{
    public string Endpoint { get; set; }

    public string Protocol { get; set; }

    public string SubscriptionArn { get; set; }
}
