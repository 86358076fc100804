namespace Pomona.Job.Pipeline;

/// <summary>Shows a person how a run goes.</summary>
internal interface IRunProgress
{
    /// <summary>A stage begins.</summary>
    /// <param name="stage">Its name: plan, extract, fit, reduce, publish.</param>
    /// <param name="images">How many images it will tell of; 0 when it does not count images.</param>
    /// <returns>What the stage tells; disposing of it ends the stage.</returns>
    IStageProgress Begin(string stage, long images);

    void Say(string line);
}

/// <summary>Hears how a stage goes, until it is disposed of. Calls may come from any thread.</summary>
internal interface IStageProgress : IDisposable
{
    /// <summary>That many further images are through, used or rejected.</summary>
    void ImagesDone(int count);

    /// <summary>A further shard or group is done.</summary>
    void ShardDone();
}
