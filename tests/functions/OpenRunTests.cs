using System.Text.Json;
using Pomona.Contracts;
using Pomona.Functions.Runs;
using Pomona.Functions.Tests.Fakes;

namespace Pomona.Functions.Tests;

public sealed class OpenRunTests
{
    private readonly Stack _stack = new();

    [Fact]
    public async Task A_retry_opens_the_same_run()
    {
        var first = await OpenAsync("""{"dataset":"fruits"}""", "by-hand");
        var second = await OpenAsync("""{"dataset":"fruits"}""", "by-hand");

        Assert.Equal(OpenedRun.Go, first.Verdict);
        Assert.Equal(first, second);
    }

    [Fact]
    public async Task Of_many_executions_started_by_hand_at_once_one_goes_and_the_others_are_told_who()
    {
        string[] names = [.. Enumerable.Range(0, 16).Select(n => $"by-hand-{n}")];
        foreach (var name in names)
            _stack.Executions.Run(name);

        var opened = await Task.WhenAll(names.Select(name => Task.Run(() => OpenAsync("""{"dataset":"fruits"}""", name))));

        var go = Assert.Single(opened, open => open.Verdict == OpenedRun.Go);
        Assert.All(opened.Except([go]), open =>
        {
            Assert.Equal(OpenedRun.Busy, open.Verdict);
            Assert.Contains(go.ExecutionName, open.Reason, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task An_ended_run_s_lock_is_taken_over_by_hand()
    {
        _stack.Executions.Run("first");
        await OpenAsync("""{"dataset":"fruits"}""", "first");
        _stack.Executions.End("first");

        Assert.Equal(OpenedRun.Go, (await OpenAsync("""{"dataset":"fruits"}""", "second")).Verdict);
    }

    [Fact]
    public async Task An_upload_while_a_run_started_by_hand_goes_on_starts_nothing()
    {
        _stack.Executions.Run("first");
        await OpenAsync("""{"dataset":"fruits"}""", "first");

        await _stack.StartRun.HandleAsync(Uploads.Of(_stack.Bucket.Name, "datasets/fruits/1.jpg"), new PlayedCall());

        Assert.Empty(_stack.Executions.Started);
    }

    [Fact]
    public async Task An_execution_whose_lock_is_another_run_s_is_superseded()
    {
        await _stack.StartRun.HandleAsync(Uploads.Of(_stack.Bucket.Name, "datasets/fruits/1.jpg"), new PlayedCall());

        var open = await OpenAsync($$"""{"dataset":"fruits","run":"{{Stack.Run}}"}""", Stack.ExecutionName);

        Assert.Equal(OpenedRun.Superseded, open.Verdict);
    }

    [Fact]
    public async Task A_stopped_run_is_gone_on_with_under_its_own_id_and_plan()
    {
        _stack.AddImages(3);
        _stack.Executions.Run("first");
        var first = await OpenAsync("""{"dataset":"fruits"}""", "first");
        var plan = await _stack.PlanRun.HandleAsync(new(Stack.Fruits, first.Run, 50), new PlayedCall());
        _stack.Executions.End("first");
        _stack.AddImages(7);

        var second = await OpenAsync($$"""{"dataset":"fruits","resume":"{{first.Run}}"}""", "second");
        var standing = await _stack.PlanRun.HandleAsync(new(Stack.Fruits, second.Run, 50), new PlayedCall());

        Assert.Equal((OpenedRun.Go, first.Run, "second", true), (second.Verdict, second.Run, second.ExecutionName, second.Now));
        Assert.Equal(plan.Plan, standing.Plan);
    }

    [Fact]
    public async Task A_run_that_goes_on_elsewhere_is_not_gone_on_with_twice()
    {
        _stack.AddImages(3);
        _stack.Executions.Run("first");
        var first = await OpenAsync("""{"dataset":"fruits"}""", "first");
        await _stack.PlanRun.HandleAsync(new(Stack.Fruits, first.Run, 50), new PlayedCall());

        Assert.Equal(OpenedRun.Busy, (await OpenAsync($$"""{"dataset":"fruits","resume":"{{first.Run}}"}""", "second")).Verdict);
    }

    [Fact]
    public async Task A_finished_run_is_not_gone_on_with()
    {
        _stack.AddImages(3);
        await _stack.PlanRun.HandleAsync(new(Stack.Fruits, Stack.Run, 50), new PlayedCall());
        _stack.AddMarker();

        var thrown = await Assert.ThrowsAsync<InvalidExecutionInputException>(
            () => OpenAsync($$"""{"dataset":"fruits","resume":"{{Stack.Run}}"}""", "by-hand"));

        Assert.Contains("finished already", thrown.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{}""", "\"dataset\" is missing")]
    [InlineData("""{"dataset":"fruits","resume":"20261121T130455Z-3f9a2c1b"}""", "no run of data set fruits")]
    [InlineData("""{"dataset":"fruits","component":50}""", "\"component\" is not a member")]
    [InlineData("""{"dataset":"fruits","cluster":{"taskVcpu":32}}""", "cluster.taskVcpu")]
    [InlineData("""{"dataset":"fruits","cluster":{"taskVcpus":64}}""", "beside 4 vCPU of core nodes the stack allows 60 (MaxVcpus 64)")]
    [InlineData("""{"dataset":"fruits","cluster":{"taskVcpus":60,"coreVcpus":8}}""", "beside 8 vCPU of core nodes the stack allows 56 (MaxVcpus 64)")]
    [InlineData("""{"dataset":"fruits","cluster":{"taskVcpus":4,"instanceTypes":["r7iz.24xlarge"]}}""", "r7iz.24xlarge of 96 vCPU: beside 4 vCPU of core nodes the stack allows 60")]
    [InlineData("""{"dataset":"fruits","cluster":{"instanceTypes":["m5.xlarge","m5.16xlarge"]}}""", "m5.16xlarge of 64 vCPU")]
    [InlineData("""{"dataset":"fruits","cluster":{"taskVcpus":36,"instanceTypes":["m5.8xlarge"]}}""", "\"cluster.taskVcpus\" is 36, which whole nodes of the smallest of \"cluster.instanceTypes\", 32 vCPU, make 64")]
    [InlineData("""{"dataset":"fruits","cluster":{"instanceTypes":["m5.xlarge","m9i.xlarge"]}}""", "has m9i.xlarge, and no price of the m9i family is known")]
    [InlineData("""{"dataset":"fruits","cluster":{"subnets":["subnet-0123456789abcdef0","subnet-0000000000000000a"]}}""", "\"cluster.subnets\" has subnet-0000000000000000a: use those of the stack's parameter Subnets (subnet-0123456789abcdef0, subnet-0123456789abcdef1)")]
    [InlineData("""{"dataset":"fruits","cluster":{"keepMinutes":241}}""", "\"cluster.keepMinutes\" is 241: the stack allows 240; ask for no more, or deploy the stack with a larger MaxKeepMinutes")]
    [InlineData("""{"dataset":"fruits","cluster":{"keyName":"mine"}}""", "\"cluster.keyName\" is mine: the stack has no key pair (its parameter KeyPairName)")]
    public async Task Wrong_input_is_refused_with_a_sentence_before_anything_is_written(string input, string says)
    {
        var thrown = await Assert.ThrowsAsync<InvalidExecutionInputException>(() => OpenAsync(input, "by-hand"));

        Assert.Contains(says, thrown.Message, StringComparison.Ordinal);
        Assert.Empty(_stack.Bucket.Keys);
    }

    [Fact]
    public async Task The_stack_s_own_key_and_some_of_its_subnets_may_be_named_and_no_other_key()
    {
        _stack["POMONA_KEY_NAME"] = "ours";

        var open = await OpenAsync("""{"dataset":"fruits","cluster":{"keyName":"ours","subnets":["subnet-0123456789abcdef1"]}}""", "by-hand");
        var refused = await Assert.ThrowsAsync<InvalidExecutionInputException>(
            () => OpenAsync("""{"dataset":"fruits","cluster":{"keyName":"mine"}}""", "by-hand"));

        Assert.Equal(OpenedRun.Go, open.Verdict);
        Assert.Contains("use the stack's, ours", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_budget_a_family_without_a_price_may_be_asked_for()
    {
        _stack["POMONA_BUDGET_PER_RUN"] = "0";

        Assert.Equal(OpenedRun.Go, (await OpenAsync("""{"dataset":"fruits","cluster":{"instanceTypes":["m9i.xlarge"]}}""", "by-hand")).Verdict);
    }

    [Theory]
    [InlineData("emr-7.2.0")]
    [InlineData("emr-7.9.0")]
    [InlineData("emr-7.10.0")]
    [InlineData("emr-7.13.0")]
    public async Task Releases_that_label_nodes_by_market_are_accepted(string release)
        => Assert.Equal(OpenedRun.Go, (await OpenAsync($$"""{"dataset":"fruits","cluster":{ "releaseLabel":"{{release}}" } }""", "by-hand")).Verdict);

    [Theory]
    [InlineData("false", true, true)]
    [InlineData("true", true, false)]
    [InlineData("false", false, false)]
    public async Task Notebooks_are_refused_on_a_stack_that_could_not_keep_them(string stackHas, bool asked, bool refused)
    {
        _stack["POMONA_NOTEBOOKS"] = stackHas;
        var open = OpenAsync($$$"""{"dataset": "fruits", "cluster": {"notebooks": {{{(asked ? "true" : "false")}}}}}""", "by-hand");

        if (refused)
            Assert.Contains("Notebooks=true", (await Assert.ThrowsAsync<InvalidExecutionInputException>(() => open)).Message, StringComparison.Ordinal);
        else
            Assert.Equal(OpenedRun.Go, (await open).Verdict);
    }

    private Task<OpenedRun> OpenAsync(string input, string name) => _stack.OpenRun.HandleAsync(
        new OpenRunRequest(JsonDocument.Parse(input).RootElement, name, MemoryExecutions.Prefix + name, _stack.Clock.GetUtcNow()),
        new PlayedCall());
}
