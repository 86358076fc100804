using Pomona.Job.Pipeline;

namespace Pomona.Job.Tests.Engines.Spark;

/// <summary>Counts what each stage tells, and calls back at every shard.</summary>
internal sealed class CountingProgress(Action<string>? shardDone = null) : IRunProgress
{
    private readonly Dictionary<string, Count> _stages = new(StringComparer.Ordinal);

    public (int Images, int Shards) this[string stage] => (_stages[stage].Images, _stages[stage].Shards);

    public IStageProgress Begin(string stage, long images) => _stages[stage] = new Count(() => shardDone?.Invoke(stage));

    public void Say(string line)
    {
    }

    private sealed class Count(Action shardDone) : IStageProgress
    {
        private int _images;
        private int _shards;

        public int Images => Volatile.Read(ref _images);

        public int Shards => Volatile.Read(ref _shards);

        public void ImagesDone(int count) => Interlocked.Add(ref _images, count);

        public void ShardDone()
        {
            Interlocked.Increment(ref _shards);
            shardDone();
        }

        public void Dispose()
        {
        }
    }
}
