using System.Text.Json.Nodes;
using Pomona.Contracts;
using Pomona.Functions.Planning;

namespace Pomona.StateMachine.Tests;

/// <summary>
/// Answers that follow docs/workflow-contract.md: a data set of a thousand images, to be run on the cluster that PlanRun plans.
/// </summary>
internal static class ContractFunctions
{
    public const string Fingerprint = "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b";

    public const string Bundle = $"s3://pomona-123456789012-eu-west-3/artifacts/{Fingerprint}/";

    public static void AnswerAll(PlayedFunctions functions)
    {
        functions.Will("OpenRun", static input => Open(input));
        functions.Will("MeasureDataset", static input => Measure(settled: input["previous"] is not null));
        functions.Will("PlanRun", static input => Plan(executionArn: (string)input["executionArn"]!));
        functions.Will("TakeRoom", static _ => Room("taken"));
        functions.Will("RunShards", static input => Shards(input));
        functions.Will("KeepCluster", static _ => new JsonObject { ["until"] = "2026-11-21T15:04:55+00:00", ["cost"] = 0.42 });
        functions.Will("ComposeMail", static input => new JsonObject
        {
            ["subject"] = $"Pomona: {input["mail"]}",
            ["message"] = $"{input["mail"]} {input["clusterId"]} {input["error"]?["Error"]}",
        });
        functions.Will("CloseRun", static _ => new JsonObject { ["released"] = true, ["changed"] = false, ["nextRun"] = null, ["nextExecutionArn"] = null });
    }

    public static JsonObject Open(JsonObject input, string verdict = "go", bool manual = true) => new()
    {
        ["verdict"] = verdict,
        ["reason"] = verdict == "go" ? "" : "another execution runs this data set",
        ["dataset"] = input["input"]!["dataset"]!.DeepClone(),
        ["run"] = "20261121T130455Z-3f9a2c1b",
        ["executionName"] = input["executionName"]!.DeepClone(),
        ["executionArn"] = input["executionArn"]!.DeepClone(),
        ["manual"] = manual,
        ["now"] = input["input"]!["now"]?.DeepClone() ?? false,
        ["components"] = 50,
        ["exifRotation"] = "on",
        ["decode"] = "exact",
        ["engine"] = "cluster",
        ["basis"] = null,
        ["fresh"] = false,
        ["cluster"] = input["input"]!["cluster"]?.DeepClone(),
        ["testSplit"] = input["input"]!["testSplit"]?.DeepClone(),
        ["inputUri"] = "s3://pomona-123456789012-eu-west-3/datasets/fruits/",
        ["outputUri"] = "s3://pomona-123456789012-eu-west-3/runs/fruits/20261121T130455Z-3f9a2c1b/",
    };

    public static JsonObject Measure(bool settled, bool sameAsLatestRun = false) => new()
    {
        ["images"] = 1000,
        ["bytes"] = 8123456,
        ["skippedFiles"] = 2,
        ["newestChange"] = "2026-11-21T13:04:55Z",
        ["fingerprint"] = Fingerprint,
        ["settled"] = settled,
        ["sameAsLatestRun"] = sameAsLatestRun,
        ["measuredAt"] = "2026-11-21T13:05:00Z",
    };

    public static JsonObject Plan(string verdict = "rent", bool notebooks = false, int maxSeconds = 43200, int keepMinutes = 0, string? executionArn = null) => new()
    {
        ["verdict"] = verdict,
        ["reason"] = verdict == "rent" ? "" : $"the verdict is {verdict}",
        ["engine"] = "cluster",
        ["choice"] = new JsonObject { ["asked"] = "cluster", ["why"] = "", ["other"] = null },
        ["functions"] = null,
        ["plan"] = verdict == "empty" ? null : new JsonObject { ["images"] = 1000, ["shards"] = 2, ["fingerprint"] = Fingerprint },
        ["cluster"] = verdict == "empty" ? null : new JsonObject
        {
            ["releaseLabel"] = "emr-7.7.0",
            ["applications"] = ClusterForm.Applications(notebooks),
            ["instances"] = ClusterForm.Instances(
                new ClusterSize(Primary: 4, Core: 4, Task: 16, Spot: true),
                ClusterTypes.Of(ClusterForm.TaskTypes, offered: null, "emr-7.7.0", withTasks: true),
                ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
                keyName: "mine"),
            ["idleSeconds"] = 1800,
            ["maxSeconds"] = maxSeconds,
            ["limitedBy"] = "BudgetPerRun",
            ["primaryVcpus"] = 4,
            ["coreVcpus"] = 4,
            ["taskVcpus"] = 16,
            ["notebooks"] = notebooks,
            ["keepMinutes"] = keepMinutes,
            ["tags"] = new RentalTags("pomona", [new ExtraTag("team", "photos")]).Of(
                new PlanRunRequest(DatasetName.Parse("fruits"), RunId.Parse("20261121T130455Z-3f9a2c1b"), 50, ExecutionArn: executionArn), maxSeconds),
        },
        ["artifacts"] = verdict != "rent" ? null : new JsonObject { ["uri"] = Bundle, ["installer"] = Bundle + "bootstrap/install-node.sh" },
        ["estimate"] = new JsonObject { ["hourly"] = 0.8, ["cost"] = 0.13, ["budget"] = 10, ["currency"] = "USD" },
    };

    /// <summary>A run that functions are to do: three stages of ten shards.</summary>
    public static JsonObject PlanOfFunctions(int atOnce = 4) => new()
    {
        ["verdict"] = "invoke",
        ["reason"] = "",
        ["engine"] = "functions",
        ["choice"] = new JsonObject { ["asked"] = "auto", ["why"] = "Functions cost 0.01 USD and a cluster 0.13.", ["other"] = null },
        ["plan"] = new JsonObject { ["images"] = 1000, ["shards"] = 10, ["fingerprint"] = Fingerprint },
        ["cluster"] = null,
        ["functions"] = new JsonObject { ["shardsPerBatch"] = 4, ["atOnce"] = atOnce, ["memoryMb"] = 1769 },
        ["artifacts"] = new JsonObject { ["uri"] = Bundle, ["installer"] = null },
        ["estimate"] = new JsonObject { ["hourly"] = 0, ["cost"] = 0.01, ["budget"] = 10, ["currency"] = "USD" },
    };

    public static JsonObject Shards(JsonObject input) => (string)input["do"]! switch
    {
        "next" => (int)input["round"]! is var round && round < Stages.Length
            ? new JsonObject
            {
                ["verdict"] = "work",
                ["stage"] = Stages[round],
                ["round"] = round + 1,
                ["summary"] = null,
                ["stages"] = new JsonArray(new JsonObject { ["stage"] = Stages[round], ["began"] = "2026-11-21T13:05:00+00:00", ["seconds"] = null }),
                ["batches"] = new JsonArray(Batch(0, 4), Batch(4, 8), Batch(8, 10)),
            }
            : new JsonObject { ["verdict"] = "finished", ["stage"] = null, ["round"] = round + 1, ["batches"] = new JsonArray(), ["stages"] = new JsonArray(), ["summary"] = Summary() },
        "work" => new JsonObject { ["verdict"] = "done", ["stage"] = input["stage"]!.DeepClone(), ["from"] = input["to"]!.DeepClone(), ["to"] = input["to"]!.DeepClone() },
        _ => new JsonObject { ["verdict"] = "failed", ["reason"] = $"extract of shard {input["from"]} ran out of memory" },
    };

    private static readonly string[] Stages = ["extract", "fit", "reduce"];

    private static JsonObject Batch(int from, int to) => new() { ["from"] = from, ["to"] = to };

    public static JsonObject Room(string verdict, bool tell = false) => new()
    {
        ["verdict"] = verdict,
        ["reason"] = verdict == "taken" ? "" : "others have the room",
        ["tell"] = tell,
    };

    public static JsonObject Summary() => new()
    {
        ["dataset"] = "fruits",
        ["run"] = "20261121T130455Z-3f9a2c1b",
        ["images"] = 997,
        ["rejected"] = 3,
        ["components"] = 50,
        ["explainedVariance"] = 0.731,
    };
}
