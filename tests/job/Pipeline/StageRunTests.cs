using Pomona.Contracts;
using Pomona.Job.Engines;
using Pomona.Job.Pipeline;
using Pomona.Job.Progress;
using Pomona.Job.Runs;
using Pomona.Storage;

namespace Pomona.Job.Tests.Pipeline;

public sealed class StageRunTests : IDisposable
{
    private readonly RunFixture _run = new(perClass: 1);

    public void Dispose() => _run.Dispose();

    [Theory]
    [InlineData("Extract", 10, 9, false)]
    [InlineData("Extract", 10, 11, true)]
    [InlineData("Extract", 4, 5, true)]
    [InlineData("Fit", 10, 30, false)] // its steps give no signs while they are under way
    public async Task An_extraction_of_which_nothing_is_seen_for_the_minutes_asked_for_ends_with_a_code_of_its_own(
        string stageName, int patience, int minutes, bool ends)
    {
        await RunFixture.RunAsync(_run.Request());
        var settings = RunSettings.FromJson(await File.ReadAllBytesAsync(Path.Combine(_run["out"], RunLayout.Settings)));
        using var input = new FolderStore(_run.Input);
        using var output = new FolderStore(_run["out"]);
        var plan = await PlanFile.ReadAsync(output, CancellationToken.None);
        Directory.Delete(_run["out/work"], recursive: true);
        var time = new AwaitedTime();
        using var work = new StageWork(settings, new RunInput(input), output, time, new Decoding(ProcessEnd.ForAPersonAsync), isSeenInStore: false);
        using var stop = new CancellationTokenSource();
        var stages = new StageRun(new WaitingEngine(), work, settings, output, time, TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(patience));

        var stage = stages.RunAsync(Enum.Parse<Stage>(stageName), 1, plan, new NoProgress().Begin("extract", 0), stop.Token);
        for (var passed = 0; passed < minutes && !stage.IsCompleted; passed++)
        {
            while (!time.IsAwaited && !stage.IsCompleted)
                await Task.Yield();
            time.Advance(TimeSpan.FromMinutes(1));
        }

        if (ends)
        {
            var ended = await Assert.ThrowsAsync<PomonaException>(() => stage);
            Assert.Equal(ExitCode.NoExecutors, ended.Code);
            Assert.Contains($"executors for {patience} minutes", ended.Message, StringComparison.Ordinal);
        }
        else
        {
            Assert.False(stage.IsCompleted);
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stage);
        }
    }

    /// <summary>A cluster that has nothing to work with.</summary>
    private sealed class WaitingEngine : IEngine
    {
        public string Name => "Spark";

        public int? WorkerCores => 4;

        public Task RunAsync(NumberedWork work, Action<int> done, CancellationToken cancellation)
            => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation);
    }
}
