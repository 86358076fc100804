using Pomona.Contracts;
using Pomona.Functions.Planning;
using Pomona.Functions.Tests.Fakes;

namespace Pomona.Functions.Tests.Planning;

/// <summary>PlanRun as <c>./pomona cloud plan</c> asks it: over a bucket that refuses every write.</summary>
public sealed class DryRunTests
{
    private readonly Stack _stack = new();

    [Fact]
    public async Task It_answers_what_the_run_itself_would_and_writes_nothing()
    {
        _stack.AddImages(1100);
        _stack.Bucket["datasets/fruits/readme.txt"] = [1];
        _stack.OfferedTypes.Types = ["m5.xlarge", "m7i.xlarge"];
        RefuseWrites();

        var dry = await LookAsync("""{"dataset": "fruits", "components": 20}""");

        _stack.Bucket.Before = static (_, _) => { };
        var planned = await _stack.PlanRun.HandleAsync(new PlanRunRequest(Stack.Fruits, Stack.Run, 20), new PlayedCall());
        Assert.Equal(
            (PlanVerdict.Rent, planned.Plan, planned.Artifacts, planned.Estimate with { Unpriced = null }),
            (dry.Verdict, dry.Plan, dry.Artifacts, dry.Estimate with { Unpriced = null }));
        Assert.Equal(planned.Cluster!.Instances.ToJsonString(), dry.Cluster!.Instances.ToJsonString());
        Assert.Contains("m6a.xlarge", dry.Cluster!.TypesLeftOut!);
    }

    [Fact]
    public async Task It_looks_at_the_data_set_of_now_and_at_what_the_stack_s_parameters_say()
    {
        _stack.AddImages(10);
        for (var i = 0; i < 200; i++)
            _stack.Bucket[$"datasets/fruits/a/{i:D4}.jpg"] = new byte[1_000_000];
        RefuseWrites();

        var exact = await LookAsync("""{"dataset": "fruits"}""");
        _stack["POMONA_DECODE"] = JobArguments.Scaled;
        var scaled = await LookAsync("""{"dataset": "fruits"}""");
        var asked = await LookAsync("""{"dataset": "fruits", "decode": "exact"}""");

        Assert.Equal(210, exact.Plan.Images);
        Assert.True(scaled.Estimate.JobSeconds < exact.Estimate.JobSeconds);
        Assert.Equal(exact.Estimate.JobSeconds, asked.Estimate.JobSeconds);
    }

    [Theory]
    [InlineData("0.01", true, PlanVerdict.OverBudget, "above the budget of 0.01 USD")]
    [InlineData("10", false, PlanVerdict.Empty, "has no image")]
    public async Task What_a_run_would_end_with_is_said_before_it_begins(string budget, bool hasImages, string verdict, string says)
    {
        if (hasImages)
            _stack.AddImages(10);
        _stack["POMONA_BUDGET_PER_RUN"] = budget;
        RefuseWrites();

        var dry = await LookAsync("""{"dataset": "fruits"}""");

        Assert.Equal(verdict, dry.Verdict);
        Assert.Contains(says, dry.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_the_nodes_would_have_nothing_to_install_the_price_is_told_all_the_same()
    {
        _stack.AddImages(10);
        await _stack.Bundles.DeleteAsync(BucketLayout.CurrentArtifacts, default);

        var dry = await LookAsync("""{"dataset": "fruits"}""");

        Assert.Equal(PlanVerdict.NotReady, dry.Verdict);
        Assert.Contains("run ./pomona bundle", dry.Reason, StringComparison.Ordinal);
        Assert.True(dry.Estimate.Cost > 0);
        Assert.Null(dry.Artifacts);
    }

    [Theory]
    [InlineData("""{"dataset": "fruits", "cluster": {"taskVcpus": 4000}}""", "taskVcpus")]
    [InlineData("""{"dataset": "fruits", "cluster": {"subnets": ["subnet-0123456789abcdef9"]}}""", "cluster.subnets")]
    [InlineData("""{"dataset": "fruits", "cluster": {"keepMinutes": 30}}""", "the stack allows 20")]
    [InlineData("""{"dataset": "fruits", "testSplit": "Test"}""", "\"testSplit\" is \"Test\", and there is no image in the folder 'Test' of s3://")]
    [InlineData("""{"dataset": "no such name"}""", "is not a data set name")]
    [InlineData("""{"dataset": "fruits", "resume": "20261121T130455Z-3f9a2c1b"}""", "leave \"run\" and \"resume\" out")]
    [InlineData("""{"dataset": "fruits", "run": "20261121T130455Z-3f9a2c1b"}""", "leave \"run\" and \"resume\" out")]
    public async Task What_the_workflow_would_refuse_is_refused(string input, string says)
    {
        _stack["POMONA_MAX_KEEP_MINUTES"] = "20";
        _stack.AddImages(3);
        RefuseWrites();

        var refused = await Assert.ThrowsAsync<InvalidExecutionInputException>(() => LookAsync(input));

        Assert.Contains(says, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_an_input_it_says_what_is_missing() =>
        Assert.Contains("Input", (await Assert.ThrowsAsync<InvalidExecutionInputException>(
            () => CallAsync("""{"dryRun": true}"""))).Message, StringComparison.Ordinal);

    private Task<PlannedRun> LookAsync(string input) => CallAsync($$"""{"dryRun": true, "input": {{input}}}""");

    /// <summary>As Lambda hands it over: through the functions' serializer.</summary>
    private Task<PlannedRun> CallAsync(string request)
    {
        using var json = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(request));
        return _stack.PlanRun.HandleAsync(new FunctionsJsonSerializer().Deserialize<PlanRunRequest>(json), new PlayedCall());
    }

    private void RefuseWrites() => _stack.Bucket.Before = static (operation, key) =>
    {
        if (operation is not ("get" or "list"))
            throw new InvalidOperationException($"a dry run asked for {operation} of {key}");
    };
}
