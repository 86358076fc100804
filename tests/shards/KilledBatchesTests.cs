using Microsoft.Extensions.Time.Testing;
using Pomona.Job.Engines;
using Xunit.Abstractions;
using static Pomona.Shards.Tests.SnapshotRun;

namespace Pomona.Shards.Tests;

/// <summary>
/// Runs whose calls are killed at random changes, repeated, left out, done in any order and at once, by warm and cold processes, in
/// executions that begin anew.
/// </summary>
public sealed class KilledBatchesTests(ITestOutputHelper log) : IDisposable
{
    private const int UsualSeeds = 12;
    private const int MostRounds = 100;

    private readonly SnapshotRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task Whatever_is_killed_repeated_reordered_or_done_at_once_the_bytes_are_those_of_one_engine()
    {
        var whole = await _run.WithSnapshotAsync(NewBucketFolder());
        await _run.RunAsync(whole, new LocalEngine());
        var expected = Lasting(whole);
        var (killed, rounds) = (0, 0);

        var seeds = await Seeds.EachAsync(UsualSeeds, async seed =>
        {
            var endured = await EndureAsync(seed, expected);
            killed += endured.Killed;
            rounds += endured.Rounds;
        });

        log.WriteLine($"{seeds} seeds: {killed} calls killed in {rounds} rounds");
        // Four a seed are usual: an eighth of that by chance will not be seen.
        Assert.True(killed * 2 > seeds, "hardly anything was killed: the test proves nothing");
    }

    private async Task<(int Killed, int Rounds)> EndureAsync(int seed, SortedDictionary<string, string> expected)
    {
        var random = new Random(seed);
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(57));
        var output = await _run.WithSnapshotAsync(NewBucketFolder());
        var warm = _run.Function(() => output, time);
        var killed = 0;
        var request = _run.Next with { ShardsPerBatch = random.Next(1, 5) };
        for (var round = 0; round < MostRounds; round++)
        {
            if (await CallAsync(request) is not { } answer)
                continue;
            if (answer.Verdict == ShardsAnswer.Finished)
            {
                Assert.Equal((10, 2), (answer.Summary!.Images, answer.Summary.Rejected));
                Assert.Equal(expected, Lasting(output));
                return (killed, round);
            }

            var batches = answer.Batches!.SelectMany(batch => Enumerable.Repeat(batch, random.Next(4))).ToArray();
            random.Shuffle(batches);
            foreach (var atOnce in batches.Chunk(random.Next(1, 4)))
                await Task.WhenAll(atOnce.Select(batch => CallAsync(Work(request, answer, batch))).ToArray());
            // At times the workflow is lost, and another execution goes on.
            request = random.Next(6) == 0 ? _run.Next : Again(request, answer);
        }

        throw new InvalidOperationException($"not finished after {MostRounds} rounds");

        Task<ShardsAnswer?> CallAsync(ShardsRequest call)
        {
            var changes = random.Next(2) == 0 ? random.Next(20) : int.MaxValue;
            if (changes == int.MaxValue && random.Next(2) == 0)
                return EndAsync(warm, call);
            return EndAsync(_run.Function(() => new TroubledStore(output, seed, oneIn: 1_000_000, changes), time), call);
        }

        async Task<ShardsAnswer?> EndAsync(RunShards function, ShardsRequest call)
        {
            try
            {
                return await function.HandleAsync(call, new PlayedCall());
            }
            catch (Exception end) when (end is KilledException or ShardsFailedException { InnerException.InnerException: KilledException })
            {
                Interlocked.Increment(ref killed);
                // Its lease ends while the workflow waits to try again.
                time.Advance(TimeSpan.FromMinutes(2));
                return null;
            }
        }
    }
}
