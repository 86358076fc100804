using System.Text.Json;
using Pomona.Contracts;
using Pomona.Job.Runs;
using static Pomona.Shards.Tests.SnapshotRun;

namespace Pomona.Shards.Tests;

/// <summary>What the workflow's mail says of a batch that failed on every try.</summary>
public sealed class FailedBatchTests : IDisposable
{
    private const string NoReason = "The cause could not be determined because Lambda did not return an error type. Returned payload: ";
    private readonly SnapshotRun _run = new();

    public void Dispose() => _run.Dispose();

    [Theory]
    [InlineData("Runtime.ExitError", """{"errorType":"Runtime.ExitError","errorMessage":"RequestId: 1 Error: Runtime exited with error: signal: killed"}""")]
    [InlineData("Runtime.OutOfMemory", """{"errorType":"Runtime.OutOfMemory","errorMessage":"RequestId: 1 Error: Memory Size: 1769 MB Max Memory Used: 1769 MB"}""")]
    [InlineData("Lambda.Unknown", NoReason + """{"errorMessage":"RequestId: 1 Process exited before completing request"}""")]
    public async Task One_that_ran_out_of_memory_names_its_shard_its_largest_image_and_the_memory(string error, string cause)
    {
        var reason = await ReasonAsync(error, cause);

        Assert.StartsWith("extract of shard 1 ended its function of 1769 MB three times, as one that runs out of memory does (its largest image is '", reason, StringComparison.Ordinal);
        Assert.Contains("FunctionMemory", reason, StringComparison.Ordinal);
        Assert.Contains("\"engine\": \"cluster\"", reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Sandbox.Timedout", """{"errorType":"Sandbox.Timedout","errorMessage":"RequestId: 1 Error: Task timed out after 900.00 seconds"}""")]
    [InlineData("Lambda.Unknown", NoReason + """{"errorMessage":"2026-11-28T15:00:00.000Z 1 Task timed out after 900.00 seconds"}""")]
    [InlineData("States.Timeout", null)]
    public async Task One_whose_time_was_up_says_that_its_shard_takes_too_long(string error, string? cause)
        => Assert.StartsWith("extract of shard 1 takes longer than the 15 minutes that a function has", await ReasonAsync(error, cause), StringComparison.Ordinal);

    [Fact]
    public async Task One_that_crashed_says_so_and_blames_no_memory()
    {
        var reason = await ReasonAsync("Runtime.ExitError", """{"errorType":"Runtime.ExitError","errorMessage":"RequestId: 1 Error: Runtime exited with error: signal: segmentation fault"}""");

        Assert.StartsWith("extract of shard 1 ended its function three times (signal: segmentation fault)", reason, StringComparison.Ordinal);
        Assert.DoesNotContain("memory", reason, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task One_whose_decoders_nothing_interrupted_names_the_images_which_the_resumed_run_passes_over()
    {
        var reason = await ReasonAsync(
            "Runtime.ExitError",
            """{"errorType":"Runtime.ExitError","errorMessage":"RequestId: 1 Error: Runtime exited with error: exit status 1"}""",
            async (output, run) => await new SlowImages(output, run, RunLayout.Slow(1)).AddAsync("apple/slow.webp", "took longer than 60 s to decode", CancellationToken.None));

        Assert.StartsWith("extract of shard 1 met images that no decoder is done with and nothing interrupts (the last is 'apple/slow.webp': took longer than 60 s to decode)", reason, StringComparison.Ordinal);
        Assert.Contains("resume the run", reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Any_other_failure_is_told_in_its_own_words()
        => Assert.Equal(
            "extract of shard 1 failed three times: the run cannot go on: no answer. What is done stays; the run can be resumed.",
            await ReasonAsync("ShardsFailedException", """{"errorType":"ShardsFailedException","errorMessage":"the run cannot go on: no answer."}"""));

    [Theory]
    [InlineData("not JSON")]
    [InlineData("[]")]
    [InlineData("{\"errorMessage\": 7}")]
    [InlineData("{\"a\": 1, \"a\": 2}")]
    [InlineData("{\"errorMessage\": \"\\ud800\"}")]
    [InlineData("")]
    public async Task A_cause_of_any_form_gives_a_sentence_of_one_line(string cause)
    {
        var reason = await ReasonAsync("Strange", cause);

        Assert.StartsWith("extract of shard 1 failed three times: ", reason, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', reason);
    }

    /// <summary>Of a batch of shards 0 to 2, of which shard 0 is done.</summary>
    private async Task<string> ReasonAsync(string error, string? cause, Func<MemoryStore, string, Task>? before = null)
    {
        var output = await _run.WithSnapshotAsync(NewBucketFolder());
        var function = _run.Function(() => output);
        var begun = await function.HandleAsync(_run.Next, new PlayedCall());
        await function.HandleAsync(Work(_run.Next, begun, new ShardBatch(0, 1)), new PlayedCall());
        if (before is not null)
            await before(output, RunSettings.FromJson(output[RunLayout.Settings]).Run);

        var answer = await function.HandleAsync(
            Work(_run.Next, begun, new ShardBatch(0, 3)) with
            {
                Do = ShardsRequest.Explain,
                Error = JsonSerializer.SerializeToElement(new { Error = error, Cause = cause }),
            },
            new PlayedCall());

        Assert.Equal((ShardsAnswer.Failed, 1, 3), (answer.Verdict, answer.From, answer.To));
        return answer.Reason!;
    }
}
