using Pomona.Contracts;
using Pomona.Job.Pipeline;

namespace Pomona.Job.Progress;

/// <summary>Says what there is to say, and nothing of how far work is that takes no time.</summary>
/// <param name="output">Where it says it.</param>
internal sealed class QuietProgress(TextWriter output) : IRunProgress
{
    private readonly NoProgress _none = new();

    public IStageProgress Begin(string stage, long images) => _none.Begin(stage, images);

    public void Say(string line) => output.WriteLine(Printable.Lines(line));
}
