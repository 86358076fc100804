using System.Text.Json.Nodes;

namespace Pomona.Local.Stack.Resources;

/// <summary>AWS::SNS::Topic.</summary>
internal sealed class TopicType(StackApi api) : IResourceType
{
    /// <inheritdoc/>
    public string Name => "AWS::SNS::Topic";

    /// <inheritdoc/>
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
