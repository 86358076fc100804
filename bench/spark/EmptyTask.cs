using Pomona.Job.Engines.Spark;

namespace Pomona.SparkBench;

/// <summary>Tasks that travel as the job's do, and do nothing.</summary>
internal sealed class EmptyTasks : ISparkTasks
{
    public Func<long, string> TaskOf(string work, string settings) => new EmptyTask(work, settings).Run;

    public Exception? FailureIn(string told, Exception cause) => null;
}

/// <summary>The function: a number → its answer. What it travels as is told where the job's is.</summary>
internal sealed class EmptyTask(string stage, string settings)
{
    private readonly string _stage = stage;
    private readonly string _settings = settings;

    public string Run(long number) => new ShardResult((int)number, _stage.Length + _settings.Length).ToJson();
}
