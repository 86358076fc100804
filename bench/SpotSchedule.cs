namespace Pomona.Bench;

/// <summary>
/// Shards on Spot nodes, event by event: every node works on as many shards at once as it has vCPUs, a lost node's unfinished
/// shards go back into the queue, and a replacement comes later. Finished ones stay finished, as in the job.
/// </summary>
/// <param name="Seconds">From the first shard's start to the last one's end.</param>
/// <param name="LostNodes">Nodes that were taken back.</param>
/// <param name="RedoneShards">Shards that were begun more than once.</param>
/// <param name="WastedShare">The work that was thrown away, over all work done.</param>
internal sealed record SpotSchedule(double Seconds, int LostNodes, int RedoneShards, double WastedShare)
{
    /// <summary>Runs it.</summary>
    /// <param name="shards">How many shards.</param>
    /// <param name="shardSeconds">How long one takes on a vCPU, on average.</param>
    /// <param name="nodes">How many nodes.</param>
    /// <param name="seed">The same seed gives the same run.</param>
    public static SpotSchedule Run(int shards, double shardSeconds, int nodes, int seed)
    {
        var random = new Random(seed);
        var events = new PriorityQueue<Happening, double>();
        var waiting = new Queue<(int Shard, bool IsAgain)>(Enumerable.Range(0, shards).Select(shard => (shard, false)));
        var running = new Dictionary<int, Dictionary<int, double>>(); // node → shard → begun at
        var (now, finished, lost, redone, wasted, worked, nextNode, launched) = (0.0, 0, 0, 0, 0.0, 0.0, 0, 0.0);

        void Start(int node)
        {
            while (running[node].Count < ScaleAssumptions.NodeVcpus && waiting.TryDequeue(out var next))
            {
                // The driver starts one task after the other.
                launched = Math.Max(now, launched) + (1 / ScaleAssumptions.TasksPerSecond);
                redone += next.IsAgain ? 1 : 0;
                running[node][next.Shard] = launched;
                events.Enqueue(new Happening(node, next.Shard), launched + (shardSeconds * Noise(random)));
            }
        }

        void Join()
        {
            var node = nextNode++;
            running[node] = [];
            events.Enqueue(new Happening(node, Lost), now - (3600 / ScaleAssumptions.LostPerNodeHour * Math.Log(1 - random.NextDouble())));
            Start(node);
        }

        for (var i = 0; i < nodes; i++)
            Join();
        while (finished < shards)
        {
            _ = events.TryDequeue(out var happening, out now);
            if (happening.Shard == Replacement)
            {
                Join();
            }
            else if (!running.TryGetValue(happening.Node, out var work))
            {
                // Of a node that has gone.
            }
            else if (happening.Shard == Lost)
            {
                lost++;
                foreach (var (shard, begun) in work)
                {
                    wasted += Math.Max(0, now - begun);
                    waiting.Enqueue((shard, true));
                }

                running.Remove(happening.Node);
                events.Enqueue(new Happening(0, Replacement), now + (60 * ScaleAssumptions.ReplacementMinutes));
                foreach (var other in running.Keys)
                    Start(other);
            }
            else
            {
                finished++;
                worked += now - work[happening.Shard];
                work.Remove(happening.Shard);
                Start(happening.Node);
            }
        }

        return new SpotSchedule(now, lost, redone, wasted / (wasted + worked));
    }

    private const int Lost = -1;
    private const int Replacement = -2;

    /// <summary>Log-normal around 1.</summary>
    private static double Noise(Random random)
    {
        var variance = Math.Log(1 + (ScaleAssumptions.ShardSpread * ScaleAssumptions.ShardSpread));
        var normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        return Math.Exp((Math.Sqrt(variance) * normal) - (variance / 2));
    }

    private readonly record struct Happening(int Node, int Shard);
}
