using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Pomona.Local.Front;

namespace Pomona.StateMachine.Tests;

/// <summary>An exception that a function let out: Lambda answers 200 with its type and message.</summary>
internal sealed class FunctionError(string type, string message) : Exception(message)
{
    public string Type { get; } = type;
}

/// <summary>
/// The functions as docs/workflow-contract.md describes them, in the place of the local cloud's own: each answers what the test
/// told it to.
/// </summary>
internal sealed class PlayedFunctions : IAwsService
{
    private readonly ConcurrentDictionary<string, Func<JsonObject, JsonNode>> _answers = new();

    public string Name => "lambda";

    public ConcurrentQueue<(string Function, JsonObject Input)> Calls { get; } = new();

    public void Will(string function, Func<JsonObject, JsonNode> answer) => _answers[function] = answer;

    public IReadOnlyList<JsonObject> Inputs(string function)
        => [.. Calls.Where(call => call.Function == function).Select(call => call.Input)];

    public void Forget()
    {
        Calls.Clear();
        ContractFunctions.AnswerAll(this);
    }

    public string? OperationOf(HttpRequest request) => request.Path.StartsWithSegments("/2015-03-31/functions") ? "Invoke" : null;

    public async Task AnswerAsync(AwsCall call, CancellationToken cancellation)
    {
        var function = Uri.UnescapeDataString(call.Http.Request.Path.Value!.Split('/')[3]).Split(':')[^1];
        if (call.Operation != "Invoke" || !_answers.TryGetValue(function, out var answer))
            throw new AwsFailure(404, "ResourceNotFoundException", $"Function not found: {function}");
        Calls.Enqueue((function, call.Json()));
        string said;
        try
        {
            said = answer(call.Json()).ToJsonString();
        }
        catch (FunctionError error)
        {
            call.Http.Response.Headers["X-Amz-Function-Error"] = "Unhandled";
            said = new JsonObject { ["errorType"] = error.Type, ["errorMessage"] = error.Message }.ToJsonString();
        }

        await call.Http.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(said), cancellation);
    }
}

/// <summary>Cost Explorer, which costs 1.25 USD a week, whatever is asked.</summary>
internal sealed class PlayedCosts : IAwsService
{
    public string Name => "ce";

    public ConcurrentQueue<JsonObject> Questions { get; } = new();

    public Task AnswerAsync(AwsCall call, CancellationToken cancellation)
    {
        var question = call.Json();
        Questions.Enqueue(question);
        return call.WriteJsonAsync(
            new JsonObject
            {
                ["ResultsByTime"] = new JsonArray(new JsonObject
                {
                    ["TimePeriod"] = question["TimePeriod"]!.DeepClone(),
                    ["Groups"] = new JsonArray(new JsonObject
                    {
                        ["Keys"] = new JsonArray("Amazon Elastic MapReduce"),
                        ["Metrics"] = new JsonObject { ["UnblendedCost"] = new JsonObject { ["Amount"] = "1.25", ["Unit"] = "USD" } },
                    }),
                    ["Estimated"] = false,
                }),
            },
            cancellation);
    }
}
