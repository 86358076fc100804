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
    /// <summary>What the run's cluster costs on AWS per hour; null without one.</summary>
    public double? PerHour { get; init; }

    /// <summary>That cost's currency.</summary>
    public string? Currency { get; init; }

    /// <summary>Reads it out of an execution's history; null before its plan, and in one of an earlier version.</summary>
    /// <param name="history">The events, oldest first.</param>
    public static RunWork? Of(IReadOnlyList<JsonNode> history)
    {
        if (OutputOf(history, "PlanRun").At("plan") is not JsonObject planned || planned.At("engine").AsText() is not { } engine)
            return null;

        var stage = engine == RunEngine.Functions ? OutputOf(history, "NextStage").At("stage") : null;
        return new RunWork(
            Printable.Excerpt(engine, 20),
            planned.At("choice", "why").AsLine(600),
            stage.At("stage").AsLine(20),
            null,
            planned.At("plan", "shards") is JsonValue shards && shards.TryGetValue<int>(out var count) ? count : 0)
        {
            PerHour = planned.At("estimate", "hourly").AsNumber() is > 0 and { } hourly ? (double)hourly : null,
            Currency = planned.At("estimate", "currency").AsLine(10),
        };
    }

    /// <summary>The folder that holds a file of each shard that the stage has done; null where it does not go by shards.</summary>
    public static string? FolderOf(string? stage) => stage switch
    {
        RunStage.Extract => RunLayout.FeaturesFolder,
        RunStage.Reduce => RunLayout.ComponentsFolder,
        _ => null,
    };

    /// <summary>What a state handed on when it was left last.</summary>
    private static JsonObject? OutputOf(IReadOnlyList<JsonNode> history, string state) => JsonText.TryReadObject(
        history.LastOrDefault(happened => happened.At("stateExitedEventDetails", "name").AsText() == state).At("stateExitedEventDetails", "output").AsText());
}
