using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Pomona.Local.Account;
using Pomona.Local.Aws;
using Pomona.Local.EventBridge;

namespace Pomona.Local.StepFunctions;

/// <summary>Follows executions to their end and tells EventBridge, as Step Functions does on AWS.</summary>
/// <remarks>https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html</remarks>
internal sealed class ExecutionWatch(
    [FromKeyedServices(AwsEndpoint.Moto)] AwsClient moto, EventBus bus, TimeProvider clock, ILogger<ExecutionWatch> log) : BackgroundWork(log)
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(250);

    private readonly ILogger _log = log;
    private readonly ConcurrentDictionary<string, bool> _followed = new(StringComparer.Ordinal);

    /// <summary>Follows an execution; following it twice is once.</summary>
    public void Follow(string executionArn)
    {
        if (_followed.TryAdd(executionArn, true))
            Begin($"The end of {executionArn}", down => FollowAsync(executionArn, down));
    }

    private async Task FollowAsync(string arn, CancellationToken down)
    {
        string? told = null;
        while (told is null or "RUNNING")
        {
            if (told is not null)
                await Task.Delay(Period, clock, down);
            if (await TryDescribeAsync(arn, down) is not { } execution)
            {
                await Task.Delay(Period, clock, down);
                continue;
            }

            var status = (string)execution["status"]!;
            if (status != told)
                await bus.PublishAsync(Event(execution), down);
            told = status;
        }
    }

    /// <summary>The execution; null when moto is too busy to tell: what hangs on its end must not be lost for that.</summary>
    private async Task<JsonObject?> TryDescribeAsync(string arn, CancellationToken down)
    {
        try
        {
            return await moto.CallAsync("stepfunctions", "DescribeExecution", new JsonObject { ["executionArn"] = arn }, down);
        }
        catch (Exception fault) when (!down.IsCancellationRequested
            && fault is (HttpRequestException or TaskCanceledException or AwsCallException { Status: >= 500 }))
        {
            _log.LogWarning("{Execution} could not be looked at: {Reason}", arn, fault.Message);
            return null;
        }
    }

    private static BusEvent Event(JsonObject execution)
    {
        var arn = (string)execution["executionArn"]!;
        var detail = new JsonObject
        {
            ["executionArn"] = arn,
            ["stateMachineArn"] = (string)execution["stateMachineArn"]!,
            ["name"] = (string)execution["name"]!,
            ["status"] = (string)execution["status"]!,
            ["startDate"] = Milliseconds(execution["startDate"]),
            ["stopDate"] = Milliseconds(execution["stopDate"]),
            ["input"] = (string?)execution["input"],
            ["output"] = (string?)execution["output"],
            ["error"] = (string?)execution["error"],
            ["cause"] = (string?)execution["cause"],
        };
        return new BusEvent("aws.states", "Step Functions Execution Status Change", detail, arn);
    }

    private static JsonNode? Milliseconds(JsonNode? seconds) => seconds is null ? null : (long)((double)seconds * 1000);
}
