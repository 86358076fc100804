using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Amazon.StepFunctions.Model;
using Pomona.Contracts;

namespace Pomona.Cloud.Runs;

/// <summary>A run of the stack, as its execution's history tells of it.</summary>
/// <param name="Execution">The execution's ARN.</param>
/// <param name="Status"><c>RUNNING</c>, <c>SUCCEEDED</c>, <c>FAILED</c>, <c>TIMED_OUT</c> or <c>ABORTED</c>.</param>
/// <param name="Started">When the execution began.</param>
/// <param name="Stopped">When it ended; null while it runs.</param>
/// <param name="State">The state that it is in, or was in last; null where the history does not tell.</param>
/// <param name="Dataset">The data set; null where its input named none.</param>
/// <param name="Run">The run; null before it was opened.</param>
/// <param name="Outcome">What came of it: <c>finished</c>, <c>unchanged</c>, <c>overBudget</c>, <c>empty</c>, <c>failed</c>; null before that.</param>
/// <param name="Images">Images of its snapshot; null before there is one.</param>
/// <param name="Cluster">Its cluster's id; null before it has one.</param>
/// <param name="Vcpus">The cluster's vCPUs as planned; null without a plan.</param>
/// <param name="ClusterAsked">When the cluster was asked for.</param>
/// <param name="Hourly">What an hour of the cluster costs, by the plan; null where it is not known.</param>
/// <param name="Expected">What the plan expected in all.</param>
/// <param name="Currency">The currency of both.</param>
/// <param name="PriceDate">The day of the prices.</param>
/// <param name="Error">The first error.</param>
/// <param name="Cause">What it says.</param>
internal sealed record StackRun(
    string Execution, string Status, DateTimeOffset Started, DateTimeOffset? Stopped, string? State, string? Dataset, string? Run, string? Outcome,
    long? Images, string? Cluster, int? Vcpus, DateTimeOffset? ClusterAsked, decimal? Hourly, decimal? Expected, string? Currency, string? PriceDate,
    string? Error, string? Cause)
{
    public const string Running = "RUNNING";

    /// <summary>What its plan decided: one of <see cref="RunEngine"/>; null without a plan, or in one of an earlier version.</summary>
    public string? Engine { get; private init; }

    /// <summary>How many of its images its plan takes over from an earlier run; null where none is.</summary>
    public long? Unchanged { get; private init; }

    /// <summary>Why, in a sentence.</summary>
    public string? Why { get; private init; }

    /// <summary>The stage whose shards functions work on; null before the first, and on a cluster.</summary>
    public string? Stage { get; private init; }

    /// <summary>What a run without a cluster was expected to cost, in words: what it did cost is only in the account's bill.</summary>
    [JsonIgnore]
    public string? ExpectedText => IsByFunctions && Expected is > 0 and { } cost
        ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"about {cost:0.00##} {Currency} expected")
        : null;

    /// <summary>Whether functions do its work, so that it never has a cluster.</summary>
    [JsonIgnore]
    public bool IsByFunctions => Engine == RunEngine.Functions;

    public const string Succeeded = "SUCCEEDED";

    /// <summary>The settings that a run that goes on must have as they were: members of the execution's input.</summary>
    [JsonIgnore]
    public JsonObject Settings { get; private init; } = [];

    [JsonIgnore]
    public bool IsOn => Status == Running;

    /// <summary>What became of it, or what it does, in a person's words.</summary>
    public string Says => Status switch
    {
        Running => State is null ? "begins" : RunState.Of(State),
        Succeeded => Outcome switch
        {
            PlanVerdict.Unchanged => "nothing new: nothing was rented",
            PlanVerdict.OverBudget => "over budget: nothing was rented",
            PlanVerdict.Empty => "no image: nothing was rented",
            null => "gave way to another run",
            _ => "finished",
        },
        "ABORTED" => "stopped by hand",
        "TIMED_OUT" => "took longer than a workflow may",
        _ => "failed",
    };

    /// <summary>Puts together what the execution's newest events tell.</summary>
    /// <param name="execution">The execution.</param>
    /// <param name="name">Its name.</param>
    /// <param name="status">Its status.</param>
    /// <param name="started">When it began.</param>
    /// <param name="stopped">When it ended.</param>
    /// <param name="newest">Its events, the newest first.</param>
    public static StackRun Of(
        string execution, string name, string status, DateTimeOffset started, DateTimeOffset? stopped, IReadOnlyList<HistoryEvent> newest)
    {
        var entered = newest.Select(static happened => happened.StateEnteredEventDetails).Where(static details => details is not null).ToArray();
        var known = entered.Select(static details => JsonText.TryReadObject(details!.Input)).OfType<JsonObject>().ToArray();
        // Each state hands on what those before it have found; the last ones hand on only the result.
        JsonNode? Find(string member) => known.Select(input => input.At(member)).FirstOrDefault(static found => found is not null);
        var (open, plan, cluster, error) = (Find("open"), Find("plan"), Find("cluster"), Find("error"));
        var planned = plan.At("cluster") as JsonObject;
        var (dataset, run) = DatasetLock.NamesOf(name);
        return new StackRun(
            execution, status, started, stopped,
            entered.FirstOrDefault()?.Name is { } state ? Printable.Excerpt(state, 80) : null,
            open.At("dataset").AsLine() ?? Find("dataset").AsLine() ?? Find("input").At("dataset").AsLine() ?? dataset?.Value,
            open.At("run").AsLine() ?? Find("run").AsLine() ?? run?.Value,
            Find("outcome").AsLine() ?? Find("outcome").At("name").AsLine(),
            plan.At("plan", "images").AsWhole(),
            cluster.At("id").AsLine(),
            planned is null ? null : (int)((planned.At("primaryVcpus").AsWhole() ?? 0) + (planned.At("coreVcpus").AsWhole() ?? 0) + (planned.At("taskVcpus").AsWhole() ?? 0)),
            DateTimeOffset.TryParse(cluster.At("createdAt").AsLine(), System.Globalization.CultureInfo.InvariantCulture, out var asked) ? asked : null,
            plan.At("estimate", "hourly").AsNumber() is > 0 and { } hourly ? hourly : null,
            plan.At("estimate", "cost").AsNumber(),
            plan.At("estimate", "currency").AsLine(),
            plan.At("estimate", "priceDate").AsLine(),
            error.At(nameof(Error)).AsLine(),
            error.At(nameof(Cause)).AsLine(2000))
        {
            Engine = plan.At("engine").AsLine(),
            Unchanged = plan.At("plan", "since", "unchanged").AsWhole() is > 0 and { } unchanged ? unchanged : null,
            Why = plan.At("choice", "why").AsLine(600),
            Stage = Find("stage").AsLine() ?? Find("stage").At("stage").AsLine(),
            Settings = new JsonObject(((string[])["components", "exifRotation", "decode", "engine"]).Where(member => open.At(member) is not null)
                .Select(member => KeyValuePair.Create<string, JsonNode?>(member, open.At(member)!.DeepClone()))),
        };
    }

    /// <summary>Whether an event tells what the run's first states have found, or comes before that.</summary>
    /// <param name="happened">The event.</param>
    public static bool TellsOfRun(HistoryEvent happened)
        => happened?.StateEnteredEventDetails is { } entered && (JsonText.TryReadObject(entered.Input) is not { } input || input.At("open") is not null || input.At("do") is null);
}
