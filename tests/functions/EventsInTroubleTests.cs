using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Pomona.Contracts;
using Pomona.Functions.Clusters;
using Pomona.Functions.Runs;
using Pomona.Functions.Tests.Fakes;

namespace Pomona.Functions.Tests;

/// <summary>
/// Events as they come on a bad day: repeated, in any order, several at once, to functions that are killed, and whose answers
/// from S3 and Step Functions are lost or arrive late. Lambda delivers again what failed.
/// </summary>
public sealed class EventsInTroubleTests
{
    private const int UsualSeeds = 100;
    private const int Uploads = 5;

    [Fact]
    public async Task A_data_set_has_one_run_at_a_time_and_each_run_is_answered_once()
    {
        var trouble = 0;
        var seeds = await Seeds.EachAsync(UsualSeeds, async seed => trouble += await EndureAsync(seed));

        Assert.True(trouble > seeds, $"{trouble} deliveries failed in {seeds} seeds: the test proves nothing");
    }

    private static async Task<int> EndureAsync(int seed)
    {
        var random = new Random(seed);
        using var bucket = new MemoryStore();
        var executions = new MemoryExecutions();
        var clusters = new MemoryClusters();
        var clock = new FakeTimeProvider(Stack.Start);
        var own = new OwnClusters(clusters, executions, Stack.Name, clock);
        var failed = 0;
        for (var round = 1; round <= 4; round++)
        {
            string[] keys = [.. Enumerable.Range(0, Uploads).Select(n => $"datasets/fruits/c{n}/{round}-{n}.jpg")];
            await DeliverAsync(keys, (store, key, id) => StartRunTests.Over(store, executions, new MemoryMailbox(), clock, bucket.Name)
                .HandleAsync(Fakes.Uploads.Of(bucket.Name, key), new PlayedCall(id)));
            var names = executions.Started.Select(started => started.Name).Distinct().ToArray();
            Assert.Equal((round, round), (names.Length, executions.Started.Count));

            var (token, held) = ($"token-{round}", JsonSerializer.Deserialize(bucket["locks/fruits"], ContractJson.Readable.DatasetLock)!);
            Assert.Equal(names[^1], held.ExecutionName);
            var marker = BucketLayout.Run(Stack.Fruits, held.Run) + RunLayout.Marker;
            bucket[BucketLayout.Run(Stack.Fruits, held.Run) + RunLayout.WaitingTask] = new WaitingTask(token).ToJson();
            bucket[marker] = JsonSerializer.SerializeToUtf8Bytes(
                new RunMarker(
                    RunMarker.CurrentVersion, Stack.Summary with { Run = held.Run.Value }, ClusterId: null, executions.ArnOf(names[^1]), clock.GetUtcNow()),
                ContractJson.Readable.RunMarker);
            executions.Waiting[token] = true;
            // Uploads that come during the run, and what the first ones left to be delivered, start none.
            await DeliverAsync([marker, $"datasets/fruits/late-{round}.jpg"], (store, key, id) => key == marker
                ? new FinishRun(new RunFinisher(store, executions, own), bucket.Name).HandleAsync(Fakes.Uploads.Of(bucket.Name, key), new PlayedCall(id))
                : StartRunTests.Over(store, executions, new MemoryMailbox(), clock, bucket.Name).HandleAsync(Fakes.Uploads.Of(bucket.Name, key), new PlayedCall(id)));
            Assert.Equal(token, Assert.Single(executions.Succeeded, answer => answer.Token == token).Token);
            Assert.Equal(round, executions.Started.Count);
            executions.End(names[^1]);
            clock.Advance(TimeSpan.FromMinutes(random.Next(1, 200)));
        }

        return failed;

        // Each event one to three times, four at a time, and again until it has been taken.
        async Task DeliverAsync(string[] keys, Func<TroubledStore, string, string, Task> handle)
        {
            string[] waiting = [.. keys.SelectMany(key => Enumerable.Repeat(key, random.Next(1, 4)))];
            for (var attempt = 0; waiting.Length > 0; attempt++)
            {
                random.Shuffle(waiting);
                // It gets better: whoever is tried for the twentieth time is in no trouble.
                var oneIn = attempt < 20 ? random.Next(3, 12) : int.MaxValue;
                var gate = new Lock();
                executions.Before = executions.After = (_, _) =>
                {
                    lock (gate)
                    {
                        if (random.Next(oneIn) == 0)
                            throw new IOException("no answer");
                    }
                };
                var again = new List<string>();
                foreach (var few in waiting.Chunk(4))
                {
                    var stores = few.Select(_ => new TroubledStore(
                        bucket, random.Next(), oneIn, attempt < 20 && random.Next(3) == 0 ? random.Next(4) : int.MaxValue)).ToArray();
                    var taken = await Task.WhenAll(few.Select((key, n) => Task.Run(async () =>
                    {
                        try
                        {
                            await handle(stores[n], key, $"{seed}-{attempt}-{n}-{key}");
                            return true;
                        }
                        catch (Exception failure) when (failure is AggregateException or KilledException)
                        {
                            return false;
                        }
                    })));
                    again.AddRange(few.Where((_, n) => !taken[n]));
                    clock.Advance(TimeSpan.FromSeconds(random.Next(30)));
                }

                failed += again.Count;
                waiting = [.. again];
            }
        }
    }
}
