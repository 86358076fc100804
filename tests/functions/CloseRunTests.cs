using System.Text.Json;
using Pomona.Contracts;
using Pomona.Functions.Datasets;
using Pomona.Functions.Runs;
using Pomona.Functions.Tests.Fakes;
using Pomona.Storage;

namespace Pomona.Functions.Tests;

public sealed class CloseRunTests
{
    private readonly Stack _stack = new();

    [Fact]
    public async Task An_unchanged_data_set_is_released_and_its_latest_run_remembered()
    {
        var (run, fingerprint) = await StartAsync();

        var closed = await CloseAsync(run, RunOutcome.Finished, fingerprint);

        Assert.Equal(new ClosedRun(true, false, null, null), closed);
        Assert.DoesNotContain("locks/fruits", _stack.Bucket.Keys);
        var latest = JsonSerializer.Deserialize(_stack.Bucket["runs/fruits/latest.json"], ContractJson.Readable.LatestRun)!;
        Assert.Equal((run, fingerprint), (latest.Run, latest.Fingerprint));
        Assert.False((await MeasureAsync()).SameAsLatestRun); // what it made is not there
        _stack.Bucket[BucketLayout.Run(Stack.Fruits, run) + RunLayout.Marker] = [];
        Assert.True((await MeasureAsync()).SameAsLatestRun);
    }

    [Fact]
    public async Task What_only_saves_others_work_keeps_no_lock_when_it_fails()
    {
        var (run, fingerprint) = await StartAsync();
        _stack.Bucket.Before = (operation, key) =>
        {
            if ((operation, key) == ("put", "runs/fruits/latest.json"))
                throw new StoreException(StoreFault.Forbidden, "not today");
        };

        var closed = await CloseAsync(run, RunOutcome.Finished, fingerprint);

        Assert.True(closed.Released);
        Assert.DoesNotContain("locks/fruits", _stack.Bucket.Keys);
    }

    [Fact]
    public async Task Uploads_during_the_run_start_the_next_one_exactly_once_even_when_closing_is_retried()
    {
        var (run, fingerprint) = await StartAsync();
        _stack.AddImages(20);
        await UploadAsync("datasets/fruits/c0/00019.jpg");
        Assert.Single(_stack.Executions.Started);

        var closed = await CloseAsync(run, RunOutcome.Finished, fingerprint);
        var again = await CloseAsync(run, RunOutcome.Finished, fingerprint);

        Assert.Equal(2, _stack.Executions.Started.Count);
        Assert.Equal((true, true), (closed.Released, closed.Changed));
        Assert.Equal((false, true, closed.NextRun), (again.Released, again.Changed, again.NextRun));
    }

    [Theory]
    [InlineData(RunOutcome.Failed, false)]
    [InlineData(RunOutcome.OverBudget, true)]
    [InlineData(RunOutcome.Empty, true)]
    [InlineData(RunOutcome.Unchanged, true)]
    public async Task Only_what_has_failed_is_not_run_again_by_itself(RunOutcome outcome, bool again)
    {
        var (run, fingerprint) = await StartAsync();
        _stack.AddImages(20);

        var closed = await CloseAsync(run, outcome, fingerprint);

        Assert.True(closed.Released);
        Assert.Equal(again ? 2 : 1, _stack.Executions.Started.Count);
        Assert.DoesNotContain("runs/fruits/latest.json", _stack.Bucket.Keys);
    }

    [Fact]
    public async Task A_run_that_lost_its_lock_does_not_free_the_one_of_its_successor()
    {
        var (first, fingerprint) = await StartAsync();
        _stack.Executions.End(DatasetLock.ExecutionNameOf(Stack.Fruits, first));
        _stack.Clock.Advance(TimeSpan.FromMinutes(1));
        await UploadAsync("datasets/fruits/c0/1.jpg");
        var successor = _stack.Bucket["locks/fruits"];

        var closed = await CloseAsync(first, RunOutcome.Failed, fingerprint);

        Assert.False(closed.Released);
        Assert.Equal(successor, _stack.Bucket["locks/fruits"]);
    }

    [Fact]
    public async Task Wherever_uploads_fall_around_the_close_none_is_lost_and_no_two_runs_overlap()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var stack = new Stack();
            var random = new Random(seed);
            var gate = new Lock();
            stack.Bucket.Before = stack.Executions.Before = (_, _) =>
            {
                int wait;
                lock (gate)
                    wait = random.Next(3);
                if (wait == 0)
                    Thread.Yield();
            };
            stack.AddImages(2);
            await stack.StartRun.HandleAsync(Uploads.Of(stack.Bucket.Name, "datasets/fruits/c0/00000.jpg"), new PlayedCall());
            var first = stack.Executions.Started.Single();
            var run = JsonSerializer.Deserialize(first.Input, ContractJson.Readable.ExecutionInput)!.Run!;
            var fingerprint = (await stack.MeasureDataset.HandleAsync(new MeasureRequest(Stack.Fruits), new PlayedCall())).Fingerprint;

            var uploads = Enumerable.Range(0, 4).Select(n => Task.Run(async () =>
            {
                stack.Bucket[$"datasets/fruits/new/{n}.jpg"] = [9];
                await stack.StartRun.HandleAsync(Uploads.Of(stack.Bucket.Name, $"datasets/fruits/new/{n}.jpg"), new PlayedCall($"u{n}"));
            }));
            var close = Task.Run(async () =>
            {
                await stack.CloseRun.HandleAsync(
                    new CloseRunRequest(Stack.Fruits, run, RunOutcome.Finished, fingerprint, Stack.Summary), new PlayedCall("close"));
            });
            await Task.WhenAll([.. uploads, close]);

            // All uploads are there when the next run measures, because it starts after one of them at least.
            Assert.Equal(2, stack.Executions.Started.Count);
        }
    }

    private async Task<(RunId Run, string Fingerprint)> StartAsync()
    {
        _stack.AddImages(10);
        await UploadAsync("datasets/fruits/c0/00000.jpg");
        var input = JsonSerializer.Deserialize(_stack.Executions.Started.Single().Input, ContractJson.Readable.ExecutionInput)!;
        return (input.Run!, (await MeasureAsync()).Fingerprint);
    }

    private Task UploadAsync(string key)
        => _stack.StartRun.HandleAsync(Uploads.Of(_stack.Bucket.Name, key), new PlayedCall(key));

    private Task<DatasetMeasurement> MeasureAsync()
        => _stack.MeasureDataset.HandleAsync(new MeasureRequest(Stack.Fruits), new PlayedCall());

    private Task<ClosedRun> CloseAsync(RunId run, RunOutcome outcome, string fingerprint) => _stack.CloseRun.HandleAsync(
        new CloseRunRequest(Stack.Fruits, run, outcome, fingerprint, outcome == RunOutcome.Finished ? Stack.Summary : null),
        new PlayedCall("close"));
}
