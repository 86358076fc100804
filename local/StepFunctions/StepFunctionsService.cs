using System.Text.Json.Nodes;
using Pomona.Local.Account;
using Pomona.Local.Front;

namespace Pomona.Local.StepFunctions;

/// <summary>
/// Step Functions' API is moto's; the front only notes which executions were started, because moto tells EventBridge
/// nothing about how they end.
/// </summary>
internal sealed class StepFunctionsService(ExecutionWatch watch, Forwarder forwarder) : IAwsService
{
    public static void AddTo(IServiceCollection services) =>
        services.AddPart<ExecutionWatch>().AddSingleton<IAwsService, StepFunctionsService>();

    public string Name => "states";

    public string Target => "AWSStepFunctions";

    public Task AnswerAsync(AwsCall call, CancellationToken cancellation) => call.Operation == "StartExecution"
        ? forwarder.ForwardAsync(call.Http, (answer, _) =>
        {
            if (answer.Status == StatusCodes.Status200OK && (string?)JsonNode.Parse(answer.Body)?["executionArn"] is { } execution)
                watch.Follow(execution);
            return Task.CompletedTask;
        })
        : forwarder.ForwardAsync(call.Http);
}
