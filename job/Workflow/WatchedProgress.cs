using Pomona.Job.Pipeline;

namespace Pomona.Job.Workflow;

/// <summary>Passes on what a run tells, and knows when it last told something.</summary>
internal sealed class WatchedProgress : IRunProgress
{
    private readonly IRunProgress _inner;
    private readonly TimeProvider _time;
    private long _last;

    public WatchedProgress(IRunProgress inner, TimeProvider time)
    {
        _inner = inner;
        _time = time;
        Progressed();
    }

    /// <summary>How long nothing has progressed.</summary>
    public TimeSpan Quiet => _time.GetElapsedTime(Volatile.Read(ref _last));

    public IStageProgress Begin(string stage, long images)
    {
        Progressed();
        return new WatchedStage(this, _inner.Begin(stage, images));
    }

    public void Say(string line) => _inner.Say(line);

    private void Progressed() => Volatile.Write(ref _last, _time.GetTimestamp());

    private sealed class WatchedStage(WatchedProgress run, IStageProgress inner) : IStageProgress
    {
        public void ImagesDone(int count)
        {
            run.Progressed();
            inner.ImagesDone(count);
        }

        public void ShardDone()
        {
            run.Progressed();
            inner.ShardDone();
        }

        public void Dispose()
        {
            run.Progressed();
            inner.Dispose();
        }
    }
}
