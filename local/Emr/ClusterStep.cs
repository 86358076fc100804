using System.Text.Json.Nodes;

namespace Pomona.Local.Emr;

/// <summary>A step of a cluster. Its cluster's lock guards what changes.</summary>
/// <param name="id">Its id, <c>s-…</c>.</param>
/// <param name="config">The StepConfig it was added with.</param>
/// <param name="created">When it was added.</param>
internal sealed class ClusterStep(string id, JsonObject config, DateTimeOffset created)
{
    /// <summary>Its id, <c>s-…</c>.</summary>
    public string Id => id;

    public string Name => (string)config["Name"]!;

    /// <summary>What its failure does to the cluster; TERMINATE_JOB_FLOW is the old name of TERMINATE_CLUSTER.</summary>
    public string ActionOnFailure => (string?)config["ActionOnFailure"] switch
    {
        null or "TERMINATE_JOB_FLOW" => "TERMINATE_CLUSTER",
        var action => action,
    };

    /// <summary>The program that it runs.</summary>
    public string Jar => (string)config["HadoopJarStep"]!["Jar"]!;

    public IReadOnlyList<string> Arguments =>
        [.. (config["HadoopJarStep"]!["Args"] as JsonArray ?? []).Select(argument => (string)argument!)];

    public string State { get; set; } = StepState.Pending;

    /// <summary>Why it failed; null when it did not.</summary>
    public string? FailureReason { get; set; }

    public CancellationTokenSource Cancellation { get; } = new();

    public DateTimeOffset? Started { get; set; }

    public DateTimeOffset? Ended { get; set; }

    /// <summary>The step as DescribeStep gives it.</summary>
    public JsonObject Describe()
    {
        var status = new JsonObject
        {
            ["State"] = State,
            ["StateChangeReason"] = new JsonObject(),
            ["Timeline"] = EmrTime.Timeline(
                ("CreationDateTime", created), ("StartDateTime", Started), ("EndDateTime", Ended)),
        };
        if (FailureReason is { } reason)
            status["FailureDetails"] = new JsonObject { ["Reason"] = "Unknown Error.", ["Message"] = reason };
        var jar = config["HadoopJarStep"]!;
        return new JsonObject
        {
            ["Id"] = id,
            ["Name"] = Name,
            ["Config"] = new JsonObject
            {
                ["Jar"] = Jar,
                ["Properties"] = new JsonObject((jar["Properties"] as JsonArray ?? []).Select(
                    pair => KeyValuePair.Create((string)pair!["Key"]!, (JsonNode?)(string?)pair["Value"]))),
                ["Args"] = jar["Args"]?.DeepClone() ?? new JsonArray(),
            },
            ["ActionOnFailure"] = ActionOnFailure,
            ["Status"] = status,
        };
    }
}
