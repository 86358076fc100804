using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace Pomona.StateMachine.Tests;

/// <summary>The functions as docs/workflow-contract.md describes them: each answers what the test told it to.</summary>
internal sealed class SimulatedFunctions
{
    private readonly ConcurrentDictionary<string, Func<JsonObject, JsonNode>> _answers = new();

    public ConcurrentQueue<(string Function, JsonObject Input)> Calls { get; } = new();

    public void Will(string function, Func<JsonObject, JsonNode> answer) => _answers[function] = answer;

    public IReadOnlyList<JsonObject> Inputs(string function)
        => [.. Calls.Where(call => call.Function == function).Select(call => call.Input)];

    /// <exception cref="FunctionError">The function failed.</exception>
    public JsonNode Answer(string function, JsonObject input)
    {
        Calls.Enqueue((function, input));
        return _answers.TryGetValue(function, out var answer)
            ? answer(input)
            : throw new Refusal(404, "ResourceNotFoundException", $"Function not found: {function}");
    }
}
