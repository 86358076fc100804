using System.Text.Json.Nodes;
using Pomona.Local.Front;

namespace Pomona.Local.Events;

/// <summary>
/// Step Functions' API is moto's; the front only notes which executions were started, because moto tells EventBridge
/// nothing about how they end.
/// </summary>
internal sealed class StatesService(ExecutionWatch watch, Forwarder forwarder) : IAwsService
{
    /// <inheritdoc/>
    public string Name => "states";

    /// <inheritdoc/>
    public async Task AnswerAsync(AwsCall call, CancellationToken cancellation)
    {
        if (call.Operation != "StartExecution")
        {
            await forwarder.ForwardAsync(call.Http);
            return;
        }

        var (status, body) = await forwarder.ForwardAndReadAsync(call.Http, cancellation);
        if (status == StatusCodes.Status200OK && (string?)JsonNode.Parse(body)?["executionArn"] is { } execution)
            watch.Follow(execution);
    }
}
