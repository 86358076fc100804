using Pomona.Contracts;
using Pomona.Functions.Planning;
using Pomona.Functions.Runs;
using Pomona.Functions.Tests.Fakes;

namespace Pomona.Functions.Tests;

public sealed class TakeRoomTests
{
    private readonly Stack _stack = new();

    [Fact]
    public async Task Clusters_share_what_the_stack_may_have_and_who_finds_none_waits_and_is_told_once()
    {
        _stack["POMONA_MAX_STACK_VCPUS"] = "60";
        Run("a", "b", "c");

        var first = await TakeAsync("a", task: 16);
        var second = await TakeAsync("b", task: 16);
        var third = await TakeAsync("c", task: 16);
        var again = await TakeAsync("c", task: 16, previous: third);

        Assert.Equal(["taken", "taken", "wait", "wait"], [first.Verdict, second.Verdict, third.Verdict, again.Verdict]);
        Assert.Equal([true, false], [third.Tell, again.Tell]);
        Assert.Equal("56 of the 60 vCPU that this stack's clusters may have together (MaxStackVcpus) are taken, by a (28), b (28); this run may take 28.", third.Reason);

        await CloseAsync("a");
        Assert.Equal(TakenRoom.Taken, (await TakeAsync("c", task: 16, previous: again)).Verdict);
    }

    [Fact]
    public async Task One_run_alone_never_waits_however_large_it_is()
    {
        _stack["POMONA_MAX_STACK_VCPUS"] = "8";
        Run("a", "b");

        Assert.Equal(TakenRoom.Taken, (await TakeAsync("a", task: 400)).Verdict);
        Assert.Equal(TakenRoom.Wait, (await TakeAsync("b", task: 0)).Verdict);
    }

    [Theory]
    [InlineData(48, "taken")]
    [InlineData(52, "wait")]
    public async Task By_itself_it_is_what_the_largest_single_run_may_take(int task, string verdict)
    {
        // 4 for the primary node, 64 for core and task nodes, with the 4 that a fleet may overshoot.
        _stack["POMONA_MAX_VCPUS"] = "64";
        Run("a", "b");
        await TakeAsync("a", task: 0);

        Assert.Equal(verdict, (await TakeAsync("b", task)).Verdict);
    }

    [Fact]
    public async Task Asked_twice_a_run_takes_its_room_once()
    {
        _stack["POMONA_MAX_STACK_VCPUS"] = "60";
        Run("a", "b");
        await TakeAsync("a", task: 16);
        await TakeAsync("a", task: 16);

        Assert.Equal(TakenRoom.Taken, (await TakeAsync("b", task: 16)).Verdict);
    }

    [Fact]
    public async Task Of_an_execution_that_was_stopped_the_room_is_free_as_soon_as_its_cluster_has_gone()
    {
        _stack["POMONA_MAX_STACK_VCPUS"] = "30";
        Run("a", "b");
        await TakeAsync("a", task: 16);
        _stack.AddCluster("j-A", execution: MemoryExecutions.Prefix + "a");
        _stack.Executions.End("a");

        Assert.Equal(TakenRoom.Wait, (await TakeAsync("b", task: 16)).Verdict);
        await _stack.ReapClusters.HandleAsync(default, new PlayedCall());
        Assert.Equal(TakenRoom.Taken, (await TakeAsync("b", task: 16)).Verdict);
    }

    [Fact]
    public async Task Of_many_that_ask_at_once_no_more_get_room_than_there_is()
    {
        _stack["POMONA_MAX_STACK_VCPUS"] = "100";
        string[] names = [.. Enumerable.Range(0, 12).Select(n => $"d{n}")];
        Run(names);

        var taken = await Task.WhenAll(names.Select(name => Task.Run(() => TakeAsync(name, task: 16))));

        Assert.Equal(3, taken.Count(room => room.Verdict == TakenRoom.Taken));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("""{"holders":[{"vcpus":1000}]}""")]
    public async Task What_cannot_be_read_holds_nothing(string content)
    {
        _stack.Bucket[RoomTaken.Key] = System.Text.Encoding.UTF8.GetBytes(content);
        Run("a");

        Assert.Equal(TakenRoom.Taken, (await TakeAsync("a", task: 16)).Verdict);
    }

    private void Run(params string[] names)
    {
        foreach (var name in names)
            _stack.Executions.Run(name);
    }

    private static RunId IdOf(string dataset) => RunIds.Create(Stack.Start, dataset);

    private Task<TakenRoom> TakeAsync(string dataset, int task, TakenRoom? previous = null)
    {
        var size = new ClusterSize(4, 4, task, Spot: true);
        var instances = ClusterForm.Instances(
            size, ClusterTypes.Of(ClusterForm.TaskTypes, offered: null, "emr-7.7.0", withTasks: true), ["subnet-a"], null);
        return _stack.TakeRoom.HandleAsync(
            new TakeRoomRequest(
                DatasetName.Parse(dataset), IdOf(dataset), MemoryExecutions.Prefix + dataset,
                new PlannedCluster("emr-7.7.0", [], instances, 1800, 3600, size.Primary, size.Core, size.Task, true, false), previous),
            new PlayedCall());
    }

    private Task<ClosedRun> CloseAsync(string dataset) => _stack.CloseRun.HandleAsync(
        new CloseRunRequest(DatasetName.Parse(dataset), IdOf(dataset), RunOutcome.Failed), new PlayedCall());
}
