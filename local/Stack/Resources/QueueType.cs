using System.Text.Json.Nodes;

namespace Pomona.Local.Stack.Resources;

/// <summary>AWS::SQS::Queue.</summary>
internal sealed class QueueType(StackApi api) : IResourceType
{
    /// <inheritdoc/>
    public string Name => "AWS::SQS::Queue";

    /// <inheritdoc/>
    public async Task<CreatedResource> CreateAsync(string logicalId, Properties properties, CancellationToken cancellation)
    {
        properties.Skip("nothing costs here", "Tags");
        var name = properties.Text("QueueName") ?? logicalId;
        var queue = await api.CallAsync("sqs", "CreateQueue", new JsonObject
        {
            ["QueueName"] = name,
            ["Attributes"] = properties.Request(
                "MessageRetentionPeriod", "SqsManagedSseEnabled", "VisibilityTimeout", "DelaySeconds", "KmsMasterKeyId"),
        }, cancellation);
        return new CreatedResource((string)queue["QueueUrl"]!, new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Arn"] = $"arn:aws:sqs:{LocalSettings.Region}:{LocalSettings.Account}:{name}",
            ["QueueName"] = name,
        });
    }
}
