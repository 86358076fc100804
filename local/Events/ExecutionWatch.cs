using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Pomona.Local.Aws;

namespace Pomona.Local.Events;

/// <summary>Follows executions to their end and tells EventBridge, as Step Functions does on AWS.</summary>
/// <remarks>https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html</remarks>
internal sealed class ExecutionWatch(
    [FromKeyedServices(AwsEndpoint.Moto)] AwsClient moto, EventBus bus, TimeProvider clock, ILogger<ExecutionWatch> log) : IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(250);

    private readonly CancellationTokenSource _down = new();
    private readonly ConcurrentDictionary<string, Task> _followed = new(StringComparer.Ordinal);

    /// <summary>Follows an execution; following it twice is once.</summary>
    public void Follow(string executionArn) =>
        _followed.GetOrAdd(executionArn, arn => Task.Run(() => FollowAsync(arn)));

    /// <summary>Ends what is under way.</summary>
    public async Task StopAsync()
    {
        await _down.CancelAsync();
        await Task.WhenAll(_followed.Values);
    }

    /// <inheritdoc/>
    public void Dispose() => _down.Dispose();

    private async Task FollowAsync(string arn)
    {
        string? told = null;
        try
        {
            while (true)
            {
                var execution = await moto.CallAsync(
                    "stepfunctions", "DescribeExecution", new JsonObject { ["executionArn"] = arn }, _down.Token);
                var status = (string)execution["status"]!;
                if (status != told)
                    await bus.PublishAsync(Event(execution), _down.Token);
                told = status;
                if (status != "RUNNING")
                    return;
                await Task.Delay(Period, clock, _down.Token);
            }
        }
        catch (OperationCanceledException) when (_down.IsCancellationRequested)
        {
            // The account goes down.
        }
        catch (Exception fault)
        {
            log.LogWarning("The execution {Execution} is no longer followed: {Reason}", arn, fault.Message);
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
