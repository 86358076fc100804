using System.Text.Json;
using System.Text.Json.Nodes;
using Pomona.Contracts;

namespace Pomona.Local.Page;

/// <summary>Who does a run's work, and where functions are at it.</summary>
/// <param name="Engine">What was decided: one of <see cref="RunEngine"/>.</param>
/// <param name="Why">Why, in a sentence.</param>
/// <param name="Stage">The stage whose shards functions work on; null before the first, after the last, and on a cluster.</param>
/// <param name="Done">How many of the shards the stage has done; null where it does not go by shards.</param>
/// <param name="Shards">Shards of the run.</param>
internal sealed record RunWork(string Engine, string? Why, string? Stage, int? Done, int Shards)
{
    /// <summary>Reads it out of an execution's history; null before its plan, and in one of an earlier version.</summary>
    /// <param name="history">The events, oldest first.</param>
    public static RunWork? Of(IReadOnlyList<JsonNode> history)
    {
        if (OutputOf(history, "PlanRun")?["plan"] is not JsonObject planned || Text(planned["engine"]) is not { } engine)
            return null;

        var stage = engine == RunEngine.Functions ? OutputOf(history, "NextStage")?["stage"] as JsonObject : null;
        return new RunWork(
            Printable.Excerpt(engine, 20),
            Text((planned["choice"] as JsonObject)?["why"]) is { } why ? Printable.Excerpt(why, 600) : null,
            Text(stage?["stage"]) is { } name ? Printable.Excerpt(name, 20) : null,
            null,
            (planned["plan"] as JsonObject)?["shards"] is JsonValue shards && shards.TryGetValue<int>(out var count) ? count : 0);
    }

    /// <summary>The folder that holds a file of each shard that the stage has done; null where it does not go by shards.</summary>
    public static string? FolderOf(string? stage) => stage switch
    {
        RunStage.Extract => "features/",
        RunStage.Reduce => "components/",
        _ => null,
    };

    /// <summary>What a state handed on when it was left last.</summary>
    private static JsonObject? OutputOf(IReadOnlyList<JsonNode> history, string state)
    {
        try
        {
            return history.LastOrDefault(happened => (string?)happened["stateExitedEventDetails"]?["name"] == state)
                ?["stateExitedEventDetails"]?["output"] is { } output ? JsonNode.Parse((string)output!) as JsonObject : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
