using System.Text;
using Pomona.Job.Engines.Spark;
using Pomona.Job.Pipeline;
using Pomona.Job.Progress;

namespace Pomona.Job.Workers;

/// <summary>The pipeline's stages as Spark's tasks.</summary>
internal sealed class ShardTasks : ISparkTasks
{
    public Func<long, string> TaskOf(string work, string settings) => new ShardTask(work, settings).Run;

    public Exception? FailureIn(string told, Exception cause) => ShardFailure.Find(told)?.ToException(cause);
}

/// <summary>
/// The function that Spark's tasks run: shard number → <see cref="ShardResult"/> as JSON. It travels to the workers as the
/// name of <see cref="Run"/> and the values of the fields, which is why both are strings, why there is one method of that
/// name, and why there are no static fields: the worker looks each of them up by name on an object that no constructor made.
/// </summary>
/// <param name="stage">The <see cref="Stage"/>'s name.</param>
/// <param name="settings"><see cref="Runs.RunSettings"/> as JSON.</param>
internal sealed class ShardTask(string stage, string settings)
{
    private readonly string _stage = stage;
    private readonly string _settings = settings;

    /// <summary>Does one shard's work in the worker process.</summary>
    /// <param name="number">The shard or group of shards, 0 to n − 1; Spark's <c>range</c> counts in 64 bits.</param>
    /// <exception cref="ShardFailedException">The work failed; Spark tries it again, here or on another executor.</exception>
    public string Run(long number)
    {
        var started = TimeProvider.System.GetTimestamp();
        try
        {
            // Spark gives every task a thread of its own that has nothing else to do, and no way to tell it to stop.
            WorkerProcess.WorkFor(_settings).RunAsync(
                Enum.Parse<Stage>(_stage),
                checked((int)number),
                new NoProgress().Begin(_stage, 0),
                CancellationToken.None).GetAwaiter().GetResult();
        }
        catch (Exception failure)
        {
            throw new ShardFailedException(ShardFailure.Of(_stage, number, failure), failure);
        }

        return new ShardResult((int)number, TimeProvider.System.GetElapsedTime(started).TotalSeconds).ToJson();
    }
}
