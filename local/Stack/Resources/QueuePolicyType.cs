using System.Text.Json.Nodes;

namespace Pomona.Local.Stack.Resources;

/// <summary>AWS::SQS::QueuePolicy.</summary>
internal sealed class QueuePolicyType(StackApi api) : IResourceType
{
    /// <inheritdoc/>
    public string Name => "AWS::SQS::QueuePolicy";

    /// <inheritdoc/>
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
