using System.Text.Json.Nodes;

namespace Pomona.Local.Stack.Resources;

/// <summary>AWS::SNS::TopicPolicy.</summary>
internal sealed class TopicPolicyType(StackApi api) : IResourceType
{
    /// <inheritdoc/>
    public string Name => "AWS::SNS::TopicPolicy";

    /// <inheritdoc/>
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
