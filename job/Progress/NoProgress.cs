using Pomona.Job.Pipeline;

namespace Pomona.Job.Progress;

/// <summary>Shows nothing: for scripts, which read the result.</summary>
internal sealed class NoProgress : IRunProgress
{
    public IStageProgress Begin(string stage, long images) => new Scope();

    public void Say(string line)
    {
    }

    private sealed class Scope : IStageProgress
    {
        public void ImagesDone(int count)
        {
        }

        public void ShardDone()
        {
        }

        public void Dispose()
        {
        }
    }
}
