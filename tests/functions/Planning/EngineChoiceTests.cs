using CsCheck;
using Pomona.Contracts;
using Pomona.Functions.Planning;
using Pomona.Functions.Tests.Fakes;

namespace Pomona.Functions.Tests.Planning;

public sealed class EngineChoiceTests
{
    private readonly Stack _stack = new();

    private static Gen<EngineOffer> Offers => Gen.Select(Gen.Long[1, 20_000], Gen.Long[0, 1], Gen.Int[0, 100_000], Gen.Bool, Gen.Int[0, 3])
        .Select((seconds, onCluster, cost, isRefused, obstacle) => obstacle == 0
            ? new EngineOffer(null, "there is an obstacle", null)
            : new EngineOffer(Estimate(seconds, onCluster * seconds, cost / 10_000m), null, isRefused ? "It is too dear." : null));

    [Fact]
    public void Of_two_that_are_possible_auto_never_takes_one_that_is_both_dearer_and_slower() => Gen.Select(Offers, Offers).Sample((cluster, functions) =>
    {
        if (cluster.Obstacle is not null && functions.Obstacle is not null)
            return;

        var (engine, choice) = EngineChoice.Between(RunEngine.Auto, cluster, functions);

        var (chosen, other) = engine == RunEngine.Functions ? (functions, cluster) : (cluster, functions);
        Assert.Null(chosen.Obstacle);
        Assert.Equal(other.Estimate, choice.Other);
        if (other.Obstacle is not null)
            return;
        Assert.False(chosen.Refusal is not null && other.Refusal is null);
        if (chosen.Refusal is null == other.Refusal is null)
            Assert.False(chosen.Estimate!.Cost > other.Estimate!.Cost && chosen.Estimate.EndsAfter > other.Estimate.EndsAfter);
    });

    [Fact]
    public async Task Small_photos_need_no_cluster_under_auto_and_the_plan_says_what_one_would_have_cost()
    {
        _stack.AddImages(10_000);

        var planned = await PlanAsync(RunEngine.Auto);

        Assert.Equal((PlanVerdict.Invoke, RunEngine.Functions, null), (planned.Verdict, planned.Engine, planned.Cluster));
        Assert.Equal(new PlannedFunctions(1, 20, 1769), planned.Functions);
        Assert.Equal(RunEngine.Auto, planned.Choice!.Asked);
        Assert.Equal(0.15m, planned.Choice.Other!.Cost);
        Assert.Equal(
            $"Functions: about {planned.Estimate.JobSeconds} s and {planned.Estimate.Cost} USD; a cluster would have taken about 16 min and 0.15 USD.", planned.Choice.Why);
    }

    [Fact]
    public async Task A_cluster_is_what_it_was_when_nobody_asks_and_the_plan_says_what_functions_would_have_cost()
    {
        _stack.AddImages(1000);

        var planned = await PlanAsync(null);

        Assert.Equal((PlanVerdict.Rent, RunEngine.Cluster, null), (planned.Verdict, planned.Engine, planned.Functions));
        Assert.StartsWith("A cluster, as asked for: about ", planned.Choice!.Why, StringComparison.Ordinal);
        Assert.Contains("; functions would have taken about ", planned.Choice.Why, StringComparison.Ordinal);
        Assert.InRange(planned.Choice.Other!.Cost, 0.0001m, 0.02m);
    }

    [Fact]
    public async Task The_stack_s_engine_is_asked_for_where_the_input_does_not_say()
    {
        _stack.AddImages(1000);
        _stack["POMONA_ENGINE"] = RunEngine.Functions;

        Assert.Equal(RunEngine.Functions, (await PlanAsync(null)).Engine);
        Assert.Equal(RunEngine.Cluster, (await PlanAsync(RunEngine.Cluster)).Engine);
    }

    [Fact]
    public async Task Under_auto_what_is_asked_of_a_cluster_means_one()
    {
        _stack.AddImages(1000);

        var planned = await PlanAsync(RunEngine.Auto, new ClusterOverrides { KeepMinutes = 30 });

        Assert.Equal((PlanVerdict.Rent, RunEngine.Cluster, null), (planned.Verdict, planned.Engine, planned.Choice!.Other));
        Assert.EndsWith("functions could not be: the input asks for something of a cluster.", planned.Choice.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Functions_beyond_their_limits_are_refused_before_anything_is_written_and_auto_takes_a_cluster()
    {
        _stack["POMONA_SHARD_SIZE"] = "100000";
        _stack["POMONA_IMAGES_PER_VCPU_SECOND"] = "0.5";
        _stack.AddImages(1000);
        var before = _stack.Bucket.Keys.ToList();

        var refused = await Assert.ThrowsAsync<InvalidExecutionInputException>(() => PlanAsync(RunEngine.Functions));

        Assert.Equal(
            "The engine is \"functions\", and a function of 1769 MB would take about 33 minutes for a shard of 1000 of these images, and 10 are the most that is "
            + "planned with (deploy the stack with a larger FunctionMemory or a smaller ShardSize): use \"engine\": \"cluster\" or \"auto\".",
            refused.Message);
        Assert.Equal(before, _stack.Bucket.Keys);
        var planned = await PlanAsync(RunEngine.Auto);
        Assert.Equal((RunEngine.Cluster, null), (planned.Engine, planned.Choice!.Other));
        Assert.Contains("functions could not be: a function of 1769 MB", planned.Choice.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_budget_guards_functions_too_and_under_auto_it_may_leave_one_engine_only()
    {
        _stack.AddImages(10_000);
        _stack["POMONA_BUDGET_PER_RUN"] = "0.01";
        var over = await PlanAsync(RunEngine.Functions);
        Assert.Equal((PlanVerdict.OverBudget, RunEngine.Functions, null), (over.Verdict, over.Engine, over.Artifacts));
        Assert.Contains("above the budget of 0.01 USD per run", over.Reason, StringComparison.Ordinal);

        _stack["POMONA_BUDGET_PER_RUN"] = "0.10";
        var within = await PlanAsync(RunEngine.Auto);
        Assert.Equal((PlanVerdict.Invoke, RunEngine.Functions), (within.Verdict, within.Engine));
        Assert.EndsWith("0.15 USD, beyond what a run may.", within.Choice!.Why, StringComparison.Ordinal);
        Assert.Equal(PlanVerdict.OverBudget, (await PlanAsync(RunEngine.Cluster)).Verdict);
    }

    [Fact]
    public async Task Where_no_cluster_can_be_had_auto_needs_none()
    {
        _stack.AddImages(1000);
        _stack.OfferedTypes.Types = ["c5.xlarge"];

        var planned = await PlanAsync(RunEngine.Auto);

        Assert.Equal((PlanVerdict.Invoke, null), (planned.Verdict, planned.Choice!.Other));
        Assert.Contains("a cluster could not be: emr-7.7.0 offers none of the types", planned.Choice.Why, StringComparison.Ordinal);
        await Assert.ThrowsAsync<NoInstanceTypesException>(() => PlanAsync(RunEngine.Cluster));
    }

    [Fact]
    public async Task Of_a_bundle_functions_need_the_model_alone()
    {
        _stack.AddImages(10);
        var name = Bundle.NameOf("as it is");
        await _stack.Bundles.DeleteAsync(Bundle.KeyOf(name, Bundle.Job), default);
        Assert.Equal($"{_stack.Bundles.Address}artifacts/{name}/", (await PlanAsync(RunEngine.Functions)).Artifacts!.Uri);
        await Assert.ThrowsAsync<ArtifactsException>(() => PlanAsync(RunEngine.Cluster));

        await _stack.Bundles.DeleteAsync(Bundle.KeyOf(name, Bundle.Model), default);
        var refused = await Assert.ThrowsAsync<ArtifactsException>(() => PlanAsync(RunEngine.Functions));
        Assert.Contains("model/model.onnx is not there, which the run's functions load", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dataset_without_an_image_starts_no_function()
        => Assert.Equal(PlanVerdict.Empty, (await PlanAsync(RunEngine.Functions)).Verdict);

    private Task<PlannedRun> PlanAsync(string? engine, ClusterOverrides? cluster = null)
        => _stack.PlanRun.HandleAsync(new PlanRunRequest(Stack.Fruits, Stack.Run, 50, cluster, Engine: engine), new PlayedCall());

    private static RunEstimate Estimate(long job, long cluster, decimal cost) => new(job, cluster, cost, cost, 10, "USD", "2026-11-01");
}
