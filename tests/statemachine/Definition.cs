using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Pomona.StateMachine.Tests;

/// <summary>A state machine's definition as it is in the repository.</summary>
internal sealed class Definition
{
    // moto's parser reads intrinsic functions from the JSON text itself and does not know escaped apostrophes.
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // Still longer than a cluster takes to start: six minutes, at 30 seconds a poll.
    private const int MostPolls = 30;

    private Definition(string file)
    {
        File = file;
        Json = JsonNode.Parse(System.IO.File.ReadAllText(RepositoryRoot.File(file)))!.AsObject();
    }

    public static Definition Pipeline => new("statemachine/pipeline.asl.json");

    public static Definition Costs => new("statemachine/costs.asl.json");

    public string File { get; }

    public JsonObject Json { get; }

    /// <summary>All states by name, those inside Map states too.</summary>
    public IReadOnlyDictionary<string, JsonObject> States => StatesOf(Json).ToDictionary(state => state.Name, state => state.State);

    /// <summary>
    /// The definition with its substitutions filled in. Only the time that a silent job has changes, and how often a loop polls
    /// before it gives up; nothing of what happens and in which order.
    /// </summary>
    /// <param name="substitutions">What the template gives as DefinitionSubstitutions.</param>
    /// <param name="heartbeatSeconds">How long a silent job is waited for.</param>
    public string ForTest(IReadOnlyDictionary<string, string> substitutions, int heartbeatSeconds = 300)
    {
        var json = Json.DeepClone().AsObject();
        foreach (var (_, state) in StatesOf(json))
            Hurry(state, heartbeatSeconds);
        return substitutions.Aggregate(
            json.ToJsonString(Plain),
            static (text, substitution) => text.Replace($"${{{substitution.Key}}}", substitution.Value, StringComparison.Ordinal));
    }

    private static void Hurry(JsonObject state, int heartbeatSeconds)
    {
        if (state.ContainsKey("HeartbeatSeconds"))
            state["HeartbeatSeconds"] = heartbeatSeconds;
        foreach (var rule in (state["Choices"]?.AsArray() ?? []).OfType<JsonObject>())
        {
            if ((int?)rule["NumericGreaterThanEquals"] > MostPolls)
                rule["NumericGreaterThanEquals"] = MostPolls;
        }
    }

    private static IEnumerable<(string Name, JsonObject State)> StatesOf(JsonObject machine)
    {
        foreach (var (name, state) in machine["States"]!.AsObject())
        {
            yield return (name, state!.AsObject());
            if (state["ItemProcessor"] is JsonObject inner)
            {
                foreach (var nested in StatesOf(inner))
                    yield return nested;
            }
        }
    }
}
