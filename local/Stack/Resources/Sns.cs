using System.Text.Json.Nodes;

namespace Pomona.Local.Stack.Resources;

internal sealed class TopicType(StackApi api) : IResourceType
{
    public string Name => "AWS::SNS::Topic";

    public async Task<CreatedResource> CreateAsync(string logicalId, Properties properties, CancellationToken cancellation)
    {
        properties.Skip("nothing costs here", "Tags");
        var name = properties.Text("TopicName") ?? logicalId;
        var topic = await api.CallAsync("sns", "CreateTopic", new JsonObject
        {
            ["Name"] = name,
            ["Attributes"] = properties.Request("DisplayName", "KmsMasterKeyId"),
        }, cancellation);
        var arn = (string)topic["TopicArn"]!;
        foreach (var subscription in properties.Each("Subscription"))
        {
            await api.CallAsync("sns", "Subscribe", new JsonObject
            {
                ["TopicArn"] = arn,
                ["Protocol"] = subscription.Required("Protocol"),
                ["Endpoint"] = subscription.Required("Endpoint"),
            }, cancellation);
            subscription.End();
        }

        return new CreatedResource(arn, new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["TopicArn"] = arn,
            ["TopicName"] = name,
        });
    }
}

internal sealed class TopicPolicyType(StackApi api) : IResourceType
{
    public string Name => "AWS::SNS::TopicPolicy";

    public async Task<CreatedResource> CreateAsync(string logicalId, Properties properties, CancellationToken cancellation)
    {
        var policy = properties.Take("PolicyDocument")!.ToJsonString();
        foreach (var topic in properties.Take("Topics")!.AsArray())
        {
            await api.CallAsync("sns", "SetTopicAttributes", new JsonObject
            {
                ["TopicArn"] = (string)topic!,
                ["AttributeName"] = "Policy",
                ["AttributeValue"] = policy,
            }, cancellation);
        }

        return CreatedResource.Plain(logicalId);
    }
}

/// <summary>AWS::SNS::Subscription. A filter policy is not known here, and so refused.</summary>
internal sealed class SubscriptionType(StackApi api) : IResourceType
{
    public string Name => "AWS::SNS::Subscription";

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
