using System.Text;
using System.Text.Json.Nodes;
using Pomona.Local.Aws;
using Pomona.Local.Lambda;
using Pomona.Local.Sqs;

namespace Pomona.Local.EventBridge;

/// <summary>Delivers to whatever an ARN names: a function, a topic, a queue, or a state machine.</summary>
internal sealed class EventTargets(
    [FromKeyedServices(AwsEndpoint.Front)] AwsClient aws, FunctionRegistry functions, AsyncInvocations invocations,
    Queues queues, IdSource ids)
{
    /// <exception cref="NotSupportedException">The local cloud cannot deliver to such a target.</exception>
    /// <exception cref="AwsCallException">The target refused it.</exception>
    public async Task DeliverAsync(string arn, string input, CancellationToken cancellation)
    {
        switch (arn.Split(':'))
        {
            case [_, _, "lambda", ..] when functions.TryGet(arn, out var pool):
                invocations.Add(pool, new Invocation(ids.Uuid(), Encoding.UTF8.GetBytes(input)));
                break;
            case [_, _, "sns", ..]:
                await aws.CallAsync("sns", "Publish", new JsonObject { ["TopicArn"] = arn, ["Message"] = input }, cancellation);
                break;
            case [_, _, "states", ..]:
                await aws.CallAsync(
                    "stepfunctions", "StartExecution",
                    new JsonObject { ["stateMachineArn"] = arn, ["name"] = ids.Uuid(), ["input"] = input }, cancellation);
                break;
            case [_, _, "sqs", ..]:
                await queues.SendAsync(arn, input, [], cancellation);
                break;
            default:
                throw new NotSupportedException($"the local cloud cannot deliver events to {arn}.");
        }
    }
}
