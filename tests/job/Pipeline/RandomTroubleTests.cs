using System.Security.Cryptography;
using Microsoft.Extensions.Time.Testing;
using Pomona.Contracts;
using Pomona.Job.Engines;
using Pomona.Storage;
using Xunit.Abstractions;

namespace Pomona.Job.Tests.Pipeline;

/// <summary>
/// Runs in random trouble: killed, with answers that are lost, copies of requests that arrive late, an input that goes in the
/// middle, every shard worked on twice, and starts anew; in a folder and in a bucket.
/// </summary>
public sealed class RandomTroubleTests(ITestOutputHelper log) : IDisposable
{
    private const int UsualSeeds = 20;
    private const int MostAttempts = 5;

    private static readonly string[] Beside = ["note.txt", "features/note.txt", "work/ledger/mine.json", "manifest/.DS_Store", "model/shard-00000.parquet"];

    private readonly RunFixture _run = new(perClass: 1);

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task A_run_in_any_trouble_equals_an_uninterrupted_one_in_the_end_and_changes_no_foreign_byte()
    {
        await RunFixture.RunAsync(_run.Request("whole", shardSize: 3));
        var whole = _run.Lasting("whole");
        var (attempts, refused) = (0, 0);
        var seeds = await Seeds.EachAsync(UsualSeeds, async seed =>
        {
            var (tried, isRefused) = await EndureAsync(seed, whole);
            attempts += tried;
            refused += isRefused ? 1 : 0;
        });

        log.WriteLine($"{seeds} seeds: {attempts} attempts in trouble, {refused} seeds refused with a sentence");
        // Three a seed are usual.
        Assert.True(attempts * 2 > seeds, "hardly anything was in trouble: the test proves nothing");
        Assert.True(refused * 10 <= seeds, $"{refused} of {seeds} were refused");
    }

    private async Task<(int Attempts, bool IsRefused)> EndureAsync(int seed, SortedDictionary<string, string> whole)
    {
        var random = new Random(seed);
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(57));
        using var bucket = random.Next(2) == 0 ? new MemoryStore() : null;
        var output = $"seed-{seed}";
        foreach (var key in Beside)
        {
            if (bucket is not null)
                bucket[key] = "somebody's"u8.ToArray();
            else
                _run.Write($"{output}/{key}", "somebody's"u8);
        }

        IStore Output() => bucket ?? (IStore)new FolderStore(_run[output]);
        var request = _run.Request(output, shardSize: 3);
        var attempt = 0;
        for (var isDone = false; attempt < MostAttempts && !isDone; attempt++)
        {
            using var troubled = new TroubledStore(
                Output(), random.Next(), oneIn: random.Next(3) == 0 ? 1_000_000 : random.Next(5, 60), random.Next(2) == 0 ? int.MaxValue : random.Next(1, 90));
            using var input = new VanishingStore(new FolderStore(_run.Input), random.Next(3) == 0 ? random.Next(0, 30) : int.MaxValue);
            try
            {
                await RunFixture.RunAsync(
                    request with { Restart = random.Next(8) == 0 },
                    random.Next(2) == 0 ? new LocalEngine() : new RestlessEngine(),
                    input,
                    troubled,
                    time: time);
                isDone = true;
            }
            catch (PomonaException sentence)
            {
                Assert.True(sentence.Code is ExitCode.Input or ExitCode.Output or ExitCode.Conflict, sentence.ToString());
            }
            catch (KilledException)
            {
                // The next attempt goes on from here.
            }

            // Whoever was killed gives no sign of life.
            time.Advance(TimeSpan.FromMinutes(2));
        }

        var isRefused = false;
        try
        {
            using var last = Output();
            var marker = await RunFixture.RunAsync(request, output: last, time: time);
            Assert.Equal((10, 0), (marker.Summary.Images, marker.Summary.Rejected));
            Assert.Equal(whole, bucket is null ? Own(_run.Lasting(output)) : Own(bucket));
        }
        catch (PomonaException refused) when (refused.Code == ExitCode.Conflict)
        {
            log.WriteLine($"Seed {seed} is refused: {refused.Message}");
            isRefused = true;
        }

        Assert.All(Beside, key => Assert.Equal("somebody's"u8, bucket is null ? File.ReadAllBytes(_run[$"{output}/{key}"]) : bucket[key]));
        if (bucket is null)
            Directory.Delete(_run[output], recursive: true);
        return (attempt, isRefused);
    }

    private static SortedDictionary<string, string> Own(SortedDictionary<string, string> files)
    {
        foreach (var key in Beside)
            files.Remove(key);
        return files;
    }

    private static SortedDictionary<string, string> Own(MemoryStore bucket) => Own(new SortedDictionary<string, string>(
        bucket.Keys.Where(key => !key.StartsWith("work/", StringComparison.Ordinal) && key is not (RunLayout.Marker or RunLayout.Summary or RunLayout.Report))
            .ToDictionary(key => key, key => Convert.ToHexString(SHA256.HashData(bucket[key]))),
        StringComparer.Ordinal));

    /// <summary>Works on every number twice at once, as a cluster with speculation may.</summary>
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
