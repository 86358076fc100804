using System.Text.Json.Nodes;
using Pomona.Local.Account;

namespace Pomona.Local.Stack.Resources;

internal sealed class QueueType(StackApi api) : IResourceType
{
    public string Name => "AWS::SQS::Queue";

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

internal sealed class QueuePolicyType(StackApi api) : IResourceType
{
    public string Name => "AWS::SQS::QueuePolicy";

    public async Task<CreatedResource> CreateAsync(string logicalId, Properties properties, CancellationToken cancellation)
    {
        var policy = properties.Take("PolicyDocument")!.ToJsonString();
        foreach (var queue in properties.Take("Queues")!.AsArray())
        {
            await api.CallAsync("sqs", "SetQueueAttributes", new JsonObject
            {
                ["QueueUrl"] = (string)queue!,
                ["Attributes"] = new JsonObject { ["Policy"] = policy },
            }, cancellation);
        }

        return CreatedResource.Plain(logicalId);
    }
}
