using System.Text.Json.Nodes;
using Pomona.Local.Aws;

namespace Pomona.Local.Sqs;

/// <summary>Sends messages to SQS queues by their ARNs, as AWS's own services do.</summary>
internal sealed class Queues([FromKeyedServices(AwsEndpoint.Front)] AwsClient aws)
{
    public static void AddTo(IServiceCollection services) => services.AddSingleton<Queues>();

    public static JsonObject Text(string value) => new() { ["DataType"] = "String", ["StringValue"] = value };

    /// <summary>Sends a message.</summary>
    /// <param name="arn">The queue's ARN.</param>
    /// <param name="body">The message.</param>
    /// <param name="attributes">Its attributes as SQS's API has them: see <see cref="Text"/>.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="NotSupportedException">It is no queue's ARN.</exception>
    /// <exception cref="AwsCallException">The queue refused it.</exception>
    public async Task SendAsync(string arn, string body, JsonObject attributes, CancellationToken cancellation)
    {
        if (arn.Split(':') is not [_, _, "sqs", _, var account, var queue])
            throw new NotSupportedException($"{arn} is not a queue.");
        var url = await aws.CallAsync(
            "sqs", "GetQueueUrl", new JsonObject { ["QueueName"] = queue, ["QueueOwnerAWSAccountId"] = account }, cancellation);
        await aws.CallAsync("sqs", "SendMessage", new JsonObject
        {
            ["QueueUrl"] = (string)url["QueueUrl"]!,
            ["MessageBody"] = body,
            ["MessageAttributes"] = attributes,
        }, cancellation);
    }
}
