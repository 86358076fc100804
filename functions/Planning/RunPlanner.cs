using System.Globalization;
using System.Text.Json;
using Amazon.Lambda.Core;
using Pomona.Contracts;
using Pomona.Functions.Datasets;

namespace Pomona.Functions.Planning;

/// <summary>
/// Takes the snapshot, reckons what a cluster and what functions would take and cost for it, chooses, holds the estimate against the
/// budget, and makes sure that there is what the engine needs.
/// </summary>
internal sealed class RunPlanner(
    Snapshot snapshot, Artifacts artifacts, TakeOver takeOver, ClusterPlanner clusters, FunctionSizing functions, SizingSettings settings, ClusterRules rules,
    RunDefaults defaults, TimeProvider time)
{
    /// <summary>Plans a run, which begins with its snapshot.</summary>
    public async Task<PlannedRun> PlanAsync(PlanRunRequest request, ILambdaLogger log, CancellationToken cancellation)
    {
        var current = await artifacts.CurrentAsync(cancellation);
        var asked = request.Engine ?? defaults.Engine;
        var earlier = await takeOver.FromAsync(request, current, log, cancellation);
        if (earlier.IsSame(request, request.Measured) && !await snapshot.StandsAsync(request.Dataset, request.Run, cancellation))
            return Unchanged(request, earlier, earlier.Run!.Plan, log);

        var source = new SnapshotSource(request.Dataset, current, request.TestSplit, earlier.Run, await takeOver.BasisAsync(request, current, cancellation));
        Action<RunPlan>? require = asked != RunEngine.Functions && request.TestSplit is null ? null : seen =>
        {
            RequireSplit(request, seen);
            Require(asked, FunctionsFor(request, seen));
        };
        var plan = await snapshot.TakeAsync(source, request.Run, require, cancellation);
        var planned = await ChooseAsync(request, plan, log, cancellation) with { TakeOver = earlier.Says(plan) };
        // A run that is gone on with has its own, unless an earlier version began it.
        return planned.IsToBegin
            ? planned with { Artifacts = await artifacts.CheckAsync(plan.Artifacts ?? current, planned.Engine, cancellation) }
            : planned;
    }

    /// <summary>
    /// What the same plan would be for a run that an execution of this input began now. Nothing is written, nothing rented; what
    /// the workflow would refuse is refused.
    /// </summary>
    /// <param name="given">The execution's input.</param>
    /// <param name="log">The log.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <exception cref="InvalidExecutionInputException">The input is wrong, or is not about a new run.</exception>
    public async Task<PlannedRun> LookAsync(JsonElement given, ILambdaLogger log, CancellationToken cancellation)
    {
        var input = ExecutionInput.Read(given);
        if ((input.Run ?? input.Resume) is not null)
            throw new InvalidExecutionInputException("A dry run is about a new run: leave \"run\" and \"resume\" out of the input.");
        rules.Require(input.Cluster);
        var asked = defaults.With(input);

        var current = await artifacts.CurrentAsync(cancellation);
        var request = new PlanRunRequest(
            input.Dataset,
            RunId.Create(time.GetUtcNow(), 0),
            asked.Components,
            input.Cluster,
            Decode: asked.Decode,
            DryRun: true,
            Engine: asked.Engine,
            ExifRotation: asked.ExifRotation,
            Basis: input.Basis,
            Fresh: input.Fresh,
            TestSplit: input.TestSplit);
        var basis = await takeOver.BasisAsync(request, current, cancellation);
        var earlier = await takeOver.FromAsync(request, current, log, cancellation);
        var plan = await snapshot.LookAsync(new SnapshotSource(input.Dataset, current, input.TestSplit, earlier.Run, basis), cancellation);
        RequireSplit(request, plan);
        if (earlier.IsSame(request, plan.Fingerprint))
            return Unchanged(request, earlier, plan, log);
        var planned = await ChooseAsync(request, plan, log, cancellation) with { TakeOver = earlier.Says(plan) };
        if (!planned.IsToBegin)
            return planned;

        try
        {
            return planned with { Artifacts = await artifacts.CheckAsync(current, planned.Engine, cancellation) };
        }
        catch (ArtifactsException missing)
        {
            // What it would cost is worth knowing all the same.
            return planned with { Verdict = PlanVerdict.NotReady, Reason = missing.Message };
        }
    }

    /// <summary>Nothing is rented for nothing new.</summary>
    private PlannedRun Unchanged(PlanRunRequest request, TakenRun earlier, RunPlan plan, ILambdaLogger log)
    {
        log.LogInformation(
            "Planned run {run} of data set {dataset}: unchanged since run {earlier}", request.DryRun ? "(dry)" : request.Run.Value, request.Dataset.Value, earlier.Id!.Value);
        return new PlannedRun(
            PlanVerdict.Unchanged,
            $"Nothing is new since run {earlier.Id}, and its results stand: {earlier.Run!.Address}. To compute them all the same, use \"fresh\": true.",
            plan,
            Cluster: null,
            functions.Nothing,
            Engine: RunEngine.Functions);
    }

    private async Task<PlannedRun> ChooseAsync(PlanRunRequest request, RunPlan plan, ILambdaLogger log, CancellationToken cancellation)
    {
        var asked = request.Engine ?? defaults.Engine;
        var functions = FunctionsFor(request, plan);
        Require(asked, functions);
        var (cluster, onCluster) = await ClusterFor(asked, request, plan, log, cancellation);
        var byFunctions = new EngineOffer(functions.Estimate, functions.Limit, RefusalOf(functions.Estimate));
        var (chosen, choice) = EngineChoice.Between(asked, onCluster, byFunctions);
        var takesFunctions = chosen == RunEngine.Functions;
        var estimate = takesFunctions ? functions.Estimate : onCluster.Estimate!;
        var (verdict, reason) = plan.Images == 0
            ? (PlanVerdict.Empty, EmptyOf(request.Dataset, plan))
            : (takesFunctions ? byFunctions : onCluster).Refusal is { } refusal
                ? (PlanVerdict.OverBudget, refusal)
                : (takesFunctions ? PlanVerdict.Invoke : PlanVerdict.Rent, string.Empty);
        log.LogInformation(
            "Planned run {run} of data set {dataset}: {images} images, {engine}, {verdict} {reason} {why}",
            request.DryRun ? "(dry)" : request.Run.Value, request.Dataset.Value, plan.Images, chosen, verdict, reason, choice.Why);
        return new PlannedRun(
            verdict, reason, plan, takesFunctions ? null : cluster, estimate, Engine: chosen, Choice: choice, Functions: takesFunctions ? functions.Functions : null);
    }

    /// <summary>What is asked of a cluster can only be had with one.</summary>
    private FunctionOffer FunctionsFor(PlanRunRequest request, RunPlan plan)
    {
        var offer = functions.OfferFor(plan, request.Decode);
        return RunEngine.IsGiven(request.Cluster) ? offer with { Limit = "the input asks for something of a cluster" } : offer;
    }

    private async Task<(PlannedCluster? Cluster, EngineOffer Offer)> ClusterFor(
        string asked, PlanRunRequest request, RunPlan plan, ILambdaLogger log, CancellationToken cancellation)
    {
        try
        {
            var (cluster, estimate) = await clusters.PlanAsync(request, plan, log, cancellation);
            return (cluster, new EngineOffer(estimate, null, RefusalOf(estimate)));
        }
        catch (NoInstanceTypesException none) when (asked != RunEngine.Cluster && !RunEngine.IsGiven(request.Cluster) && functions.OfferFor(plan, request.Decode).Limit is null)
        {
            // The run does not need one.
            return (null, new EngineOffer(null, none.Message.TrimEnd('.'), null));
        }
    }

    /// <exception cref="InvalidExecutionInputException">Functions are asked for, and cannot run these images.</exception>
    private static void Require(string asked, FunctionOffer offer)
    {
        if (asked == RunEngine.Functions && offer.Limit is { } limit)
        {
            throw new InvalidExecutionInputException(
                $"The engine is \"{RunEngine.Functions}\", and {limit}: use \"engine\": \"{RunEngine.Cluster}\" or \"{RunEngine.Auto}\".");
        }
    }

    /// <exception cref="InvalidExecutionInputException">The folder for testing that is asked for has no image, or all of them.</exception>
    private static void RequireSplit(PlanRunRequest request, RunPlan plan)
    {
        if (request.TestSplit is not null && plan.TestSplit?.Refusal(plan.Images) is { } refusal)
            throw new InvalidExecutionInputException($"\"testSplit\" is {JsonSerializer.Serialize(Printable.Excerpt(request.TestSplit, 60))}, and {refusal} of {plan.Input}: use a first folder that holds some of its images.");
    }

    private static string EmptyOf(DatasetName dataset, RunPlan plan)
        => $"Data set {dataset} has no image ({(plan.PassedOver is { } others ? $"other files: {others}" : "no other files")}): upload images to {plan.Input}<class>/.";

    /// <summary>Why the stack's limits forbid such a run; null when they do not.</summary>
    private string? RefusalOf(RunEstimate estimate)
    {
        if (estimate.Budget > 0 && estimate.CostAtMost > estimate.Budget)
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"The run may cost up to {estimate.CostAtMost} {estimate.Currency}{(estimate.KeepCost > 0 ? " with the time that its cluster is to stay" : string.Empty)}, above the budget of {estimate.Budget} {estimate.Currency} per run.");
        }

        return estimate.ClusterSeconds > 3600L * settings.MaxClusterHours
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"The run would take about {estimate.ClusterSeconds / 3600.0:0.#} hours, longer than the {settings.MaxClusterHours} hours after which clusters are ended: raise MaxVcpus or MaxClusterHours.")
            : null;
    }
}
