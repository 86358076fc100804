
namespace Pomona.Job.Progress;

/// <summary>Shows a person how a run goes.</summary>
internal interface IRunProgress
{
    /// <summary>A stage begins.</summary>
    /// <param name="stage">Its name: plan, extract, fit, reduce, publish.</param>
    /// <param name="images">How many images it will tell of; 0 when it does not count images.</param>
    /// <returns>What the stage tells; disposing of it ends the stage.</returns>
    IStageScope Begin(string stage, long images);

    /// <summary>Says one line.</summary>
    void Say(string line);
}
