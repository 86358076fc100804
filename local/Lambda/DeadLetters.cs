using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Pomona.Local.Aws;
using Pomona.Local.Sqs;

namespace Pomona.Local.Lambda;

/// <summary>Sends events that a function could not handle to its dead-letter queue and its failure destination.</summary>
/// <remarks>https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html</remarks>
internal sealed class DeadLetters(
    [FromKeyedServices(AwsEndpoint.Front)] AwsClient aws, Queues queues, TimeProvider clock, ILogger<DeadLetters> log)
{
    // As much of the error as AWS puts into the attribute.
    private const int LongestMessage = 1024;

    /// <summary>Sends the event; a function with neither loses it, which is logged.</summary>
    /// <param name="function">The function.</param>
    /// <param name="invocation">The event.</param>
    /// <param name="result">Its last error; null when it became too old.</param>
    /// <param name="attempts">How often the function was called with it.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task SendAsync(
        FunctionDefinition function, Invocation invocation, InvocationResult? result, int attempts, CancellationToken cancellation)
    {
        if (function.DeadLetterArn is { } queue)
            await SendAsync(queue, Encoding.UTF8.GetString(invocation.Payload), Attributes(invocation, result), cancellation);
        if (function.FailureDestinationArn is { } destination)
            await SendAsync(destination, Record(function, invocation, result, attempts).ToJsonString(), [], cancellation);
        if (function is { DeadLetterArn: null, FailureDestinationArn: null })
            log.LogWarning("{Function} failed on the event {Request} and has no dead-letter queue.", function.Name, invocation.RequestId);
    }

    private static JsonObject Attributes(Invocation invocation, InvocationResult? result)
    {
        var error = result is null ? null : JsonNode.Parse(result.Payload) as JsonObject;
        var message = Contracts.Printable.Excerpt((string?)error?["errorMessage"] ?? "The event is too old.", LongestMessage);
        return new JsonObject
        {
            ["RequestID"] = Queues.Text(invocation.RequestId),
            ["ErrorCode"] = new JsonObject { ["DataType"] = "Number", ["StringValue"] = result is null ? "429" : "200" },
            ["ErrorMessage"] = Queues.Text(message),
        };
    }

    private JsonObject Record(FunctionDefinition function, Invocation invocation, InvocationResult? result, int attempts)
    {
        var record = new JsonObject
        {
            ["version"] = "1.0",
            ["timestamp"] = clock.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
            ["requestContext"] = new JsonObject
            {
                ["requestId"] = invocation.RequestId,
                ["functionArn"] = $"{function.Arn}:$LATEST",
                ["condition"] = result is null ? "EventAgeExceeded" : "RetriesExhausted",
                ["approximateInvokeCount"] = attempts,
            },
            ["requestPayload"] = JsonNode.Parse(invocation.Payload),
        };
        if (result is not null)
        {
            record["responseContext"] = new JsonObject
            {
                ["statusCode"] = 200,
                ["executedVersion"] = "$LATEST",
                ["functionError"] = result.FunctionError,
            };
            record["responsePayload"] = JsonNode.Parse(result.Payload);
        }

        return record;
    }

    private async Task SendAsync(string target, string body, JsonObject attributes, CancellationToken cancellation)
    {
        if (target.Split(':') is [_, _, "sqs", ..])
        {
            await queues.SendAsync(target, body, attributes, cancellation);
        }
        else
        {
            await aws.CallAsync(
                "sns", "Publish",
                new JsonObject { ["TopicArn"] = target, ["Message"] = body, ["MessageAttributes"] = attributes },
                cancellation);
        }
    }
}
