using System.Text.Json.Nodes;

namespace Pomona.Local.Stack.Resources;

/// <summary>AWS::SNS::Subscription. A filter policy is not known here, and so refused.</summary>
internal sealed class SubscriptionType(StackApi api) : IResourceType
{
    /// <inheritdoc/>
    public string Name => "AWS::SNS::Subscription";

    /// <inheritdoc/>
    public async Task<CreatedResource> CreateAsync(string logicalId, Properties properties, CancellationToken cancellation)
    {
        var attributes = new JsonObject();
        // Kept for whoever looks at it. It is never needed: a function that is there takes every message, and after its own
        // attempts the message goes to the function's dead-letter queue; for one that is not there Publish fails.
        if (properties.Take("RedrivePolicy") is { } redrive)
            attributes["RedrivePolicy"] = redrive.ToJsonString();
        var request = properties.Request("TopicArn", "Protocol", "Endpoint");
        request["Attributes"] = attributes;
        var subscription = await api.CallAsync("sns", "Subscribe", request, cancellation);
        return CreatedResource.WithArn((string)subscription["SubscriptionArn"]!, (string)subscription["SubscriptionArn"]!);
    }
}
