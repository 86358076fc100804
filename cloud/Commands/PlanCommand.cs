using System.CommandLine;
using System.Text.Json.Nodes;
using Pomona.Cloud.Account;
using Pomona.Contracts;
using Pomona.Storage;
using static System.FormattableString;

namespace Pomona.Cloud.Commands;

/// <summary>
/// <c>plan NAME</c>: what a run of a data set would rent and cost, as the deployed functions themselves reckon it (PlanRun's dry run,
/// docs/workflow-contract.md). Nothing is written or rented.
/// </summary>
internal static class PlanCommand
{
    public static Command Create(AccountOptions options, TimeProvider time)
    {
        var asked = new AskedRun();
        var command = new Command("plan", "What a run of a data set would rent and cost; writes and rents nothing");
        asked.AddTo(command);
        return CloudSession.Of(
            command, options, time,
            asked.InputAsync,
            (session, input, cancellation) => RunAsync(session, asked.Dataset(session.Arguments), input, cancellation));
    }

    private static async Task<ExitCode> RunAsync(CloudSession session, DatasetName dataset, string input, CancellationToken cancellation)
    {
        var stack = await session.Account.StackAsync(cancellation);
        var planned = await AskAsync(session.Account.Aws, stack, input, cancellation);
        using var bucket = await session.Account.BucketAsync(cancellation);
        var latest = await RunNotes.LatestAsync(bucket, dataset, cancellation);
        var isSame = latest is not null && latest.Fingerprint == (string?)planned["plan"]?["fingerprint"];
        if (session.IsJson)
        {
            planned["sameAsLatestRun"] = isSame;
            await session.WriteJsonAsync(planned);
        }
        else
        {
            foreach (var (title, says) in Lines(dataset, planned, isSame ? latest!.Run : null))
                await session.Output.WriteLineAsync($"{title,-9} {says}");
        }

        return PlanVerdict.IsToBegin((string?)planned["verdict"]) || (string?)planned["verdict"] == PlanVerdict.Unchanged ? ExitCode.Success : ExitCode.NotReady;
    }

    /// <summary>Asks the stack's own function.</summary>
    /// <param name="aws">The account.</param>
    /// <param name="stack">The stack.</param>
    /// <param name="input">An execution's whole input.</param>
    /// <param name="cancellation">Ends the call.</param>
    internal static Task<JsonObject> AskAsync(AwsProgram aws, DeployedStack stack, string input, CancellationToken cancellation) => aws.InvokeAsync(
        stack.Name + "-PlanRun", new JsonObject { ["dryRun"] = true, ["input"] = JsonNode.Parse(input) }, cancellation);

    /// <summary>The plan as a person reads it.</summary>
    internal static IEnumerable<(string Title, string Says)> Lines(DatasetName dataset, JsonObject planned, RunId? same)
    {
        var (plan, cluster, functions, estimate) = (planned["plan"]!, planned["cluster"], planned["functions"], planned["estimate"]!);
        var others = Whole(plan["skippedFiles"]);
        yield return ("data set", Invariant($"{dataset}: {Whole(plan["images"]):N0} images, {Number(plan["bytes"]) / 1e6m:N1} MB, {Whole(plan["shards"]):N0} shards")
            + (others > 0 ? Invariant($"; {others:N0} other files are passed over") : string.Empty));
        if ((string?)planned["takeOver"] is { Length: > 0 } taken)
            yield return (string.Empty, Printable.Excerpt(taken, 600));
        if ((string?)planned["verdict"] == PlanVerdict.Unchanged)
        {
            yield return ("so", Printable.Excerpt((string?)planned["reason"], 600));
            yield break;
        }

        if (same is not null)
            yield return (string.Empty, $"run {same} had the same images: an upload of them starts no other, a run by hand does");
        if (functions is not null)
            yield return ("functions", Invariant($"{Whole(functions["atOnce"]):N0} at once of {Whole(functions["memoryMb"]):N0} MB, {Whole(functions["shardsPerBatch"]):N0} shards a call; no cluster"));
        foreach (var line in cluster is null ? [] : OfCluster(cluster))
            yield return line;
        var length = cluster is null
            ? $"about {Minutes(estimate["jobSeconds"])}"
            : Invariant($"about {Minutes(estimate["clusterSeconds"])}, of which {Minutes(estimate["jobSeconds"])} are work; ended after {Minutes(cluster["maxSeconds"])} at the latest ({(string?)cluster["limitedBy"]})");
        yield return ("time", length);
        var budget = Number(estimate["budget"]);
        yield return ("price", Invariant($"about {Money(estimate["cost"])} {(string?)estimate["currency"]}, at most {Money(estimate["costAtMost"])}; ")
            + (budget > 0 ? Invariant($"the budget of a run is {budget:0.00}") : "runs have no budget") + $" (prices of {(string?)estimate["priceDate"]})");
        if (Number(estimate["keepCost"]) is > 0 and var keep)
            yield return (string.Empty, Invariant($"{keep:0.00} of it for the {Whole(cluster?["keepMinutes"])} minutes that the cluster is to stay"));
        if ((string?)planned["choice"]?["why"] is { Length: > 0 } why)
            yield return ("engine", Printable.Excerpt(why, 600));
        yield return ("so", PlanVerdict.IsToBegin((string?)planned["verdict"]) ? "a run can begin" : Printable.Excerpt((string?)planned["reason"], 600));
    }

    private static IEnumerable<(string Title, string Says)> OfCluster(JsonNode cluster)
    {
        var task = Whole(cluster["taskVcpus"]);
        yield return ("cluster", Invariant($"{(string?)cluster["releaseLabel"]}: {Whole(cluster["primaryVcpus"])} vCPUs primary and {Whole(cluster["coreVcpus"])} core, On-Demand; ")
            + (task == 0 ? "no task nodes" : Invariant($"{task} task, ") + ((bool?)cluster["spot"] == true ? "Spot, or On-Demand where there is none" : "On-Demand")));
        if (List(cluster["typesLeftOut"]) is { Length: > 0 } left)
            yield return ("types", $"not offered here, and left out: {left}");
        if (List(cluster["typesTooLarge"]) is { Length: > 0 } large)
            yield return ("types", $"too large for this run, and left out: {large}");
    }

    private static string Minutes(JsonNode? seconds) => Number(seconds) switch
    {
        < 120 and var few => Invariant($"{few:0} s"),
        < 7200 and var some => Invariant($"{Math.Ceiling(some / 60):0} min"),
        var many => Invariant($"{many / 3600:0.#} h"),
    };

    /// <summary>Below ten cents, where a run without a cluster may be, to the hundredth of a cent.</summary>
    private static string Money(JsonNode? amount) => Number(amount) is var money && money is > 0 and < 0.1m ? Invariant($"{money:0.00##}") : Invariant($"{money:0.00}");

    private static string List(JsonNode? names) => string.Join(", ", (names as JsonArray ?? []).Select(static name => Printable.Excerpt((string?)name, 40)));

    private static decimal Number(JsonNode? node) => node.AsNumber() ?? 0;

    private static long Whole(JsonNode? node) => node.AsWhole() ?? 0;
}
