using System.Diagnostics;
using System.Text;
using System.Text.Json;
using CsCheck;
using Pomona.Contracts;
using Pomona.Job.Engines;
using Pomona.Job.Pipeline;
using Pomona.Job.Runs;
using Pomona.Job.Tests.Engines.Spark;
using Pomona.Storage;

namespace Pomona.Job.Tests.Pipeline;

public sealed class ResumeTests : IDisposable
{
    /// <summary>A run is killed at every third change, and at every single one where all rows are asked for.</summary>
    private static readonly int Step = Exhaustive.IsAsked ? 1 : 3;

    private readonly RunFixture _run = new(perClass: 2);

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task A_run_killed_before_any_of_its_changes_and_run_again_equals_an_uninterrupted_one_byte_for_byte()
    {
        await RunFixture.RunAsync(_run.Request("whole"));
        var whole = _run.Lasting("whole");

        for (var kill = 0; ; kill += Step)
        {
            var output = $"killed-{kill}";
            var dying = new DyingStore(new FolderStore(_run[output]), kill);
            try
            {
                await RunFixture.RunAsync(_run.Request(output), output: dying);
            }
            catch (DeathException)
            {
                Assert.False(File.Exists(Path.Combine(_run[output], RunLayout.Marker)));
            }

            await RunFixture.RunAsync(_run.Request(output));

            Assert.Equal(whole, _run.Lasting(output));
            if (!dying.HasDied)
            {
                Assert.True(kill > 10, "the run made hardly any change: the test proves nothing");
                return;
            }
        }
    }

    [Fact]
    public async Task A_run_killed_again_and_again_wherever_that_is_equals_an_uninterrupted_one()
    {
        await RunFixture.RunAsync(_run.Request("whole"));
        var whole = _run.Lasting("whole");

        await Gen.Int[0, 60].Array[2, 5].SampleAsync(
            async kills =>
            {
                var output = $"killed-{Guid.NewGuid():N}";
                foreach (var kill in kills)
                {
                    try
                    {
                        await RunFixture.RunAsync(_run.Request(output), output: new DyingStore(new FolderStore(_run[output]), kill));
                    }
                    catch (DeathException)
                    {
                        // The next run goes on from here.
                    }
                }

                await RunFixture.RunAsync(_run.Request(output));
                Assert.Equal(whole, _run.Lasting(output));
            },
            iter: 8,
            threads: 1);
    }

    [Fact]
    public async Task Finished_shards_are_not_computed_again()
    {
        var dying = new DyingStore(new FolderStore(_run["out"]), 28);
        await Assert.ThrowsAsync<DeathException>(() => RunFixture.RunAsync(_run.Request(), output: dying));
        var finished = Directory.GetFiles(_run["out"], "*.parquet", SearchOption.AllDirectories)
            .Where(path => File.Exists(path.Replace("features/", RunLayout.Ledger + "features/", StringComparison.Ordinal) + ".page.json"))
            .ToDictionary(path => path, File.GetLastWriteTimeUtc);
        Assert.NotEmpty(finished);

        await RunFixture.RunAsync(_run.Request());

        Assert.All(finished, part => Assert.Equal(part.Value, File.GetLastWriteTimeUtc(part.Key)));
    }

    [Fact]
    public async Task Work_done_twice_and_in_another_order_changes_nothing()
    {
        await RunFixture.RunAsync(_run.Request("whole"));

        await RunFixture.RunAsync(_run.Request(), engine: new RestlessEngine());

        Assert.Equal(_run.Lasting("whole"), _run.Lasting("out"));
    }

    [Fact]
    public async Task A_restart_over_a_changed_input_that_is_killed_before_any_of_its_changes_never_mixes_the_two_runs()
    {
        await RunFixture.RunAsync(_run.Request("old"));
        var photos = Directory.GetFiles(_run.Input, "*.jpg", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToArray();
        File.Copy(photos[^1], photos[0], overwrite: true);
        File.Delete(photos[5]);
        await RunFixture.RunAsync(_run.Request("whole"));
        var whole = _run.Lasting("whole");

        for (var kill = 1; ; kill += 2 * Step)
        {
            var output = $"killed-{kill}";
            Copy(_run["old"], _run[output]);
            // Its settings name its own place.
            var settings = Path.Combine(_run[output], RunLayout.Settings);
            File.WriteAllText(settings, File.ReadAllText(settings).Replace(_run["old"], _run[output], StringComparison.Ordinal));
            var dying = new DyingStore(new FolderStore(_run[output]), kill);
            await Assert.ThrowsAnyAsync<DeathException>(async () =>
            {
                await RunFixture.RunAsync(_run.Request(output) with { Restart = true }, output: dying);
                throw new DeathException();
            });

            try
            {
                await RunFixture.RunAsync(_run.Request(output));
            }
            catch (PomonaException refused)
            {
                Assert.Equal(ExitCode.Conflict, refused.Code);
                await RunFixture.RunAsync(_run.Request(output) with { Restart = true });
            }

            Assert.Equal(whole, _run.Lasting(output));
            if (!dying.HasDied)
                return;
        }
    }

    [Fact]
    public async Task A_run_whose_output_another_process_takes_over_stops_and_says_so()
    {
        using var output = new TakenOverStore(new FolderStore(_run["out"]), writes: 5);

        var stopped = await Assert.ThrowsAsync<OutputBusyException>(() => RunFixture.RunAsync(_run.Request(), output: output));

        Assert.Equal(ExitCode.Conflict, stopped.Code);
        Assert.Contains($"another process has taken {_run["out"]} over", stopped.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_run["out"], RunLayout.Marker)));
    }

    [Fact]
    public async Task A_slow_copy_of_a_shard_that_another_has_finished_changes_nothing_even_when_an_image_went_in_between()
    {
        await RunFixture.RunAsync(_run.Request("whole"));

        await RunFixture.RunAsync(_run.Request(), engine: new OvertakingEngine(_run));

        Assert.Equal(_run.Lasting("whole"), _run.Lasting("out"));
    }

    [Fact]
    public async Task A_process_killed_with_SIGKILL_at_any_time_leaves_a_run_that_the_next_one_finishes()
    {
        await RunFixture.RunAsync(_run.Request("whole"));
        for (var attempt = 0; attempt < 4; attempt++)
        {
            // Each is killed when it has got a little further, however long its start takes.
            using var process = Start("out");
            while (!process.HasExited && Files() < 2 + (3 * attempt))
                await Task.Delay(5);
            process.Kill();
            await process.WaitForExitAsync();
        }

        Assert.False(File.Exists(Path.Combine(_run["out"], RunLayout.Marker)), "no attempt was killed in time: the test proves nothing");

        using var last = Start("out");
        await last.WaitForExitAsync();

        Assert.Equal(0, last.ExitCode);
        Assert.Equal(_run.Lasting("whole"), _run.Lasting("out"));
        Assert.DoesNotContain(
            Directory.EnumerateFiles(_run["out"], ".*", SearchOption.AllDirectories),
            path => Path.GetFileName(path) is var name && name.StartsWith(".unfinished", StringComparison.Ordinal) && name != ".unfinished-guard");

        int Files() => Directory.Exists(_run["out"]) ? Directory.EnumerateFiles(_run["out"], "*", SearchOption.AllDirectories).Count() : 0;
    }

    private static string FirstImage(string output)
        => JsonSerializer.Deserialize(File.ReadLines(Path.Combine(output, RunLayout.Manifest(0))).First(), ContractJson.Readable.ManifestEntry)!.Key;

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    private Process Start(string output)
    {
        var start = new ProcessStartInfo("dotnet",
        [
            typeof(RunPipeline).Assembly.Location, "run", _run.Input, "--output", _run[output], "--model", _run.Model,
            "--components", "10", "--shard-size", "7", "--threads", "2",
        ])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        var process = Process.Start(start)!;
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        return process;
    }

    /// <summary>
    /// Extracts the first shard twice: one copy waits with its reading until the other is done and an image is deleted.
    /// </summary>
    private sealed class OvertakingEngine(RunFixture run) : IEngine
    {
        public string Name => "overtaking";

        public int? WorkerCores => null;

        public async Task RunAsync(NumberedWork work, Action<int> done, CancellationToken cancellation)
        {
            var slowCopy = Task.CompletedTask;
            using var input = new GatedStore(new FolderStore(run.Input));
            using var output = new FolderStore(run["out"]);
            var settings = RunSettings.FromJson(Encoding.UTF8.GetBytes(work.Settings));
            using var slowWork = new StageWork(settings, new RunInput(input), output, TimeProvider.System, new Decoding(ProcessEnd.ForAPersonAsync), isSeenInStore: false);
            if (work.Name == nameof(Stage.Extract))
            {
                slowCopy = slowWork.RunAsync(Stage.Extract, 0, new CountingProgress().Begin(work.Name, 0), cancellation);
                await input.FirstRead;
            }

            for (var number = 0; number < work.Count; number++)
                await work.RunHere(number, cancellation);

            if (work.Name == nameof(Stage.Extract))
                File.Delete(Path.Combine(run.Input, FirstImage(run["out"])));
            input.Open();
            await slowCopy;
        }
    }

    /// <summary>Does everything backwards, and everything twice at once, as a cluster with speculation may.</summary>
    private sealed class RestlessEngine : IEngine
    {
        public string Name => "restless";

        public int? WorkerCores => null;

        public async Task RunAsync(NumberedWork work, Action<int> done, CancellationToken cancellation)
        {
            for (var number = work.Count - 1; number >= 0; number--)
                await Task.WhenAll(work.RunHere(number, cancellation), work.RunHere(number, cancellation));
        }
    }
}
