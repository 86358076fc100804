using System.Text.Json;
using Pomona.Contracts;
using Pomona.Functions.Runs;
using Pomona.Functions.Tests.Fakes;
using Pomona.Storage;

namespace Pomona.Functions.Tests;

public sealed class ForgetRunsTests
{
    private const string Fingerprint = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"; // of no image

    private readonly Stack _stack = new();

    public ForgetRunsTests() => _stack["POMONA_KEEP_RUNS_DAYS"] = "30";

    [Fact]
    public async Task Runs_older_than_the_stack_keeps_them_go_and_the_newest_finished_one_of_each_data_set_stays()
    {
        Add("fruits", "20250101T000000Z-00000001", daysAgo: 90);
        Add("fruits", "20250201T000000Z-00000002", daysAgo: 60);
        Add("fruits", "20250301T000000Z-00000003", daysAgo: 50, finished: false);
        Add("fruits", "20250401T000000Z-00000004", daysAgo: 29, finished: false);
        Add("birds", "20250101T000000Z-00000005", daysAgo: 31);
        Add("birds", "20250101T000000Z-00000006", daysAgo: 2);
        _stack.Bucket["runs/fruits/latest.json"] = [1];
        _stack.Bucket["runs/mine/notes.txt"] = [1];

        var forgotten = await ForgetAsync();

        Assert.Equal(
            ["runs/birds/20250101T000000Z-00000005/", "runs/fruits/20250101T000000Z-00000001/", "runs/fruits/20250301T000000Z-00000003/"],
            forgotten.Removed);
        Assert.Equal(
            [
                "runs/birds/20250101T000000Z-00000006/", "runs/fruits/20250201T000000Z-00000002/", "runs/fruits/20250401T000000Z-00000004/",
                "runs/fruits/latest.json", "runs/mine/notes.txt",
            ],
            _stack.Bucket.Keys.Select(key => key.Contains("Z-", StringComparison.Ordinal) ? string.Join('/', key.Split('/')[..3]) + "/" : key).Distinct());
    }

    [Fact]
    public async Task A_run_that_the_data_set_s_lock_names_stays()
    {
        var run = Add("fruits", "20250101T000000Z-00000001", daysAgo: 90, finished: false);
        var held = new DatasetLock(Stack.Fruits, run, "by-hand", _stack.Clock.GetUtcNow());
        _stack.Bucket[BucketLayout.Lock(Stack.Fruits)] = JsonSerializer.SerializeToUtf8Bytes(held, ContractJson.Readable.DatasetLock);

        Assert.Empty((await ForgetAsync()).Removed);
    }

    [Fact]
    public async Task With_no_days_everything_stays_and_nothing_is_listed()
    {
        _stack["POMONA_KEEP_RUNS_DAYS"] = "0";
        Add("fruits", "20250101T000000Z-00000001", daysAgo: 4000, finished: false);
        _stack.Bucket.Before = (operation, _) => Assert.Fail(operation);

        Assert.Empty((await ForgetAsync()).Removed);
    }

    [Fact]
    public async Task A_folder_called_like_a_run_that_holds_none_stays_and_is_named_in_the_log()
    {
        Write("runs/fruits/20250101T000000Z-00000001/holiday.jpg", [1], daysAgo: 90);
        var context = new PlayedCall();

        Assert.Empty((await _stack.ForgetRuns.HandleAsync(default, context)).Removed);

        Assert.Equal(["runs/fruits/20250101T000000Z-00000001/holiday.jpg"], _stack.Bucket.Keys);
        Assert.Contains(context.Lines, line => line.Contains("holds no plan of a run of its data set", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_run_that_cannot_be_removed_does_not_keep_the_others_and_rings()
    {
        Add("fruits", "20250101T000000Z-00000001", daysAgo: 90, finished: false);
        Add("fruits", "20250201T000000Z-00000002", daysAgo: 90, finished: false);
        _stack.Bucket.Before = (operation, key) =>
        {
            if (operation == "delete" && key.Contains("00000001", StringComparison.Ordinal))
                throw new StoreException(StoreFault.Unreachable, "503 Slow Down");
        };

        var thrown = await Assert.ThrowsAsync<InvalidOperationException>(ForgetAsync);

        Assert.Contains("runs/fruits/20250101T000000Z-00000001/", thrown.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(_stack.Bucket.Keys, key => key.Contains("00000002", StringComparison.Ordinal));
    }

    private Task<ForgottenRuns> ForgetAsync() => _stack.ForgetRuns.HandleAsync(default, new PlayedCall());

    /// <summary>A run without images; with some, tests/job/Pipeline/RemovedRunTests.cs.</summary>
    private RunId Add(string dataset, string id, int daysAgo, bool finished = true)
    {
        var run = RunId.Parse(id);
        var folder = $"runs/{dataset}/{id}/";
        Write(folder + RunLayout.Plan, JsonSerializer.SerializeToUtf8Bytes(
            new RunPlan($"{_stack.Bucket.Address}datasets/{dataset}/", 0, 0, 0, 512, 0, Fingerprint), ContractJson.Readable.RunPlan), daysAgo);
        Write(folder + RunLayout.Settings, """{"run": "0123"}"""u8.ToArray(), daysAgo);
        if (finished)
        {
            var at = _stack.Clock.GetUtcNow().AddDays(-daysAgo);
            Write(folder + RunLayout.Marker, JsonSerializer.SerializeToUtf8Bytes(
                new RunMarker(RunMarker.CurrentVersion, new RunSummary(dataset, id, 0, 0, 0, 0, 1280, 0, 0, "m", 1, "report.html"), null, null, at),
                ContractJson.Readable.RunMarker), daysAgo);
        }

        return run;
    }

    private void Write(string key, byte[] content, int daysAgo)
    {
        _stack.Bucket.Now = _stack.Clock.GetUtcNow().AddDays(-daysAgo);
        _stack.Bucket[key] = content;
    }
}
