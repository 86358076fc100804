using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Pomona.Contracts;
using Pomona.Local.Account;
using Pomona.Local.Front;

namespace Pomona.Local.StepFunctions;

/// <summary>
/// Step Functions' API is moto's; the front refuses what AWS refuses of a start and moto does not, and notes which executions
/// were started, because moto tells EventBridge nothing about how they end.
/// </summary>
internal sealed partial class StepFunctionsService(ExecutionWatch watch, Forwarder forwarder) : IAwsService
{
    public static void AddTo(IServiceCollection services) =>
        services.AddPart<ExecutionWatch>().AddSingleton<IAwsService, StepFunctionsService>();

    public string Name => "states";

    public string Target => "AWSStepFunctions";

    public Task AnswerAsync(AwsCall call, CancellationToken cancellation)
    {
        if (call.Operation != "StartExecution")
            return forwarder.ForwardAsync(call.Http);

        Require(call.Json());
        return forwarder.ForwardAsync(call.Http, (answer, _) =>
        {
            if (answer.Status == StatusCodes.Status200OK && (string?)JsonNode.Parse(answer.Body)?["executionArn"] is { } execution)
                watch.Follow(execution);
            return Task.CompletedTask;
        });
    }

    /// <remarks>https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html</remarks>
    private static void Require(JsonObject start)
    {
        if (start["name"] is { } name && !Allowed().IsMatch((string)name!))
            throw new AwsFailure(400, "InvalidName", $"Invalid Name: '{Printable.Excerpt((string)name!, 80)}'");
        if (start["input"] is null)
            return;

        try
        {
            using var json = JsonDocument.Parse((string)start["input"]!);
        }
        catch (JsonException fault)
        {
            throw new AwsFailure(400, "InvalidExecutionInput", $"Invalid State Machine Execution Input: '{Printable.Excerpt(fault.Message)}'", fault);
        }
    }

    // 1 to 80 characters: no white space, no brackets, wildcards or other special characters, nothing that controls.
    [GeneratedRegex(@"\A[^\s<>{}\[\]?*""#%\\^|~`$&,;:/\u0000-\u001F\u007F-\u009F]{1,80}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Allowed();
}
