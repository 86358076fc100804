using System.Net.Sockets;
using Amazon.StepFunctions.Model;
using Pomona.Contracts;
using Pomona.Job.Pipeline;
using Pomona.Job.Progress;
using Pomona.Job.Workflow;

namespace Pomona.Job.Tests.Workflow;

public sealed class HeartbeatTests
{
    private readonly AwaitedTime _time = new();

    [Fact]
    public async Task A_run_that_progresses_is_told_alive_at_once_and_every_minute()
    {
        using var workflow = new ListeningWorkflow(_ => null);
        using var heartbeat = new Heartbeat(workflow, "the-token", _time);

        var result = await heartbeat.DuringAsync(
            new NoProgress(),
            async (progress, _) =>
            {
                await workflow.HeardAsync();
                using var stage = progress.Begin("extract", 100);
                for (var minute = 0; minute < 40; minute++)
                {
                    stage.ImagesDone(1);
                    await AdvanceAsync(Heartbeat.Period);
                    await workflow.HeardAsync();
                }

                return "done";
            },
            CancellationToken.None);

        Assert.Equal(("done", "the-token", 41), (result, workflow.Token, workflow.Beats));
    }

    [Fact]
    public async Task A_hung_run_is_not_told_alive_any_more_and_one_that_goes_on_is_again()
    {
        using var workflow = new ListeningWorkflow(_ => null);
        using var heartbeat = new Heartbeat(workflow, "token", _time);
        var told = new ToldProgress();

        await heartbeat.DuringAsync(
            told,
            async (progress, _) =>
            {
                using var stage = progress.Begin("extract", 100);
                await workflow.HeardAsync();
                for (var minute = 0; minute < Heartbeat.Patience.TotalMinutes; minute++)
                {
                    await AdvanceAsync(Heartbeat.Period);
                    await workflow.HeardAsync();
                }

                var beats = workflow.Beats;
                for (var minute = 0; minute < 60; minute++)
                    await AdvanceAsync(Heartbeat.Period);
                await AwaitedAsync();
                Assert.Equal(beats, workflow.Beats);
                Assert.Single(told.Lines);
                Assert.Contains("nothing has progressed for 15 minutes", told.Lines[0], StringComparison.Ordinal);

                stage.ShardDone();
                await AdvanceAsync(Heartbeat.Period);
                await workflow.HeardAsync();
                return true;
            },
            CancellationToken.None);
    }

    public static TheoryData<Exception> Gone => new(
        new TaskTimedOutException("Task Timed Out"), new TaskDoesNotExistException("gone"), new InvalidTokenException("Invalid Token"));

    [Theory]
    [MemberData(nameof(Gone))]
    public async Task A_workflow_that_has_gone_stops_the_run_with_a_sentence_that_hides_the_token(Exception answer)
    {
        using var workflow = new ListeningWorkflow(beat => beat == 2 ? answer : null);
        using var heartbeat = new Heartbeat(workflow, "the-token", _time);

        var stopped = await Assert.ThrowsAsync<PomonaException>(() => heartbeat.DuringAsync(
            new NoProgress(),
            async (_, stop) =>
            {
                await workflow.HeardAsync();
                await AdvanceAsync(Heartbeat.Period);
                await Task.Delay(Timeout.Infinite, stop);
                return 0;
            },
            CancellationToken.None));

        Assert.Equal(ExitCode.Abandoned, stopped.Code);
        Assert.Contains("no longer waits for this run", stopped.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("the-token", stopped.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Gone))]
    public async Task A_run_that_nobody_waits_for_is_not_begun(Exception answer)
    {
        using var workflow = new ListeningWorkflow(_ => answer);
        using var heartbeat = new Heartbeat(workflow, "token", _time);
        var begun = false;

        var stopped = await Assert.ThrowsAsync<PomonaException>(() => heartbeat.DuringAsync(
            new NoProgress(), (_, _) => Task.FromResult(begun = true), CancellationToken.None));

        Assert.Equal((ExitCode.Abandoned, false), (stopped.Code, begun));
    }

    [Fact]
    public async Task A_heartbeat_that_is_lost_on_its_way_does_not_stop_the_run()
    {
        using var workflow = new ListeningWorkflow(beat => beat % 2 == 0 ? new HttpRequestException("down", new SocketException()) : null);
        using var heartbeat = new Heartbeat(workflow, "token", _time);

        var result = await heartbeat.DuringAsync(
            new NoProgress(),
            async (progress, stop) =>
            {
                using var stage = progress.Begin("extract", 100);
                await workflow.HeardAsync();
                for (var minute = 0; minute < 5; minute++)
                {
                    await AdvanceAsync(Heartbeat.Period);
                    await workflow.HeardAsync();
                }

                return stop.IsCancellationRequested;
            },
            CancellationToken.None);

        Assert.False(result);
    }

    [Fact]
    public async Task The_first_of_several_lost_heartbeats_is_told_without_the_token_and_so_is_the_next_that_arrives()
    {
        using var workflow = new ListeningWorkflow(beat => beat is 2 or 3 or 4 ? new HttpRequestException("down token", new SocketException()) : null);
        using var heartbeat = new Heartbeat(workflow, "token", _time);
        var said = new ToldProgress();

        await heartbeat.DuringAsync(
            said,
            async (progress, _) =>
            {
                using var stage = progress.Begin("extract", 100);
                await workflow.HeardAsync();
                for (var minute = 0; minute < 5; minute++)
                {
                    await AdvanceAsync(Heartbeat.Period);
                    await workflow.HeardAsync();
                }

                return true;
            },
            CancellationToken.None);

        Assert.Equal(2, said.Lines.Count);
        Assert.StartsWith("a heartbeat did not reach Step Functions (", said.Lines[0], StringComparison.Ordinal);
        Assert.DoesNotContain("token", said.Lines[0], StringComparison.Ordinal);
        Assert.Equal("the workflow gets heartbeats again.", said.Lines[1]);
    }

    [Fact]
    public async Task The_runs_own_failure_and_the_users_own_stop_stay_what_they_are()
    {
        using var workflow = new ListeningWorkflow(_ => null);
        using var heartbeat = new Heartbeat(workflow, "token", _time);
        using var user = new CancellationTokenSource();

        await Assert.ThrowsAsync<InvalidDataException>(() => heartbeat.DuringAsync<int>(
            new NoProgress(), (_, _) => throw new InvalidDataException(), CancellationToken.None));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => heartbeat.DuringAsync<int>(
            new NoProgress(),
            async (_, stop) =>
            {
                await user.CancelAsync();
                await Task.Delay(Timeout.Infinite, stop);
                return 0;
            },
            user.Token));
    }

    /// <summary>Moves the clock once the heartbeat waits for it, so that no tick is missed.</summary>
    private async Task AdvanceAsync(TimeSpan by)
    {
        await AwaitedAsync();
        _time.Advance(by);
    }

    private async Task AwaitedAsync()
    {
        for (var look = 0; !_time.IsAwaited; look++)
        {
            Assert.True(look < 60_000, "the heartbeat does not wait for the clock");
            await Task.Delay(1);
        }
    }

    private sealed class ToldProgress : IRunProgress
    {
        public List<string> Lines { get; } = [];

        public IStageProgress Begin(string stage, long images) => new NoProgress().Begin(stage, images);

        public void Say(string line) => Lines.Add(line);
    }
}
