using System.Globalization;
using Microsoft.Spark.Sql;
using Pomona.Contracts;
using Pomona.Job.Pipeline;
using Pomona.Storage;
using static Microsoft.Spark.Sql.Functions;

namespace Pomona.Job.Engines.Spark;

/// <summary>
/// Apache Spark, through Microsoft.Spark: every stage is one Spark job of as many tasks as there are shards, each of which
/// gets its number and does its shard's work in a worker process (<see cref="ShardTask"/>). What a lost node had finished
/// stays finished; what it had not is done again elsewhere. Twice at once does no harm either: results are written whole, and
/// are the same whoever writes them. See docs/spark.md.
/// </summary>
internal sealed class SparkEngine : IEngine, IDisposable
{
    /// <summary>What <c>--engine</c> says for it.</summary>
    public const string EngineName = "spark";

    /// <summary>The variable by which Spark's runner tells the program that it started where it listens.</summary>
    public const string BackendVariable = "DOTNETBACKEND_PORT";

    private readonly SparkSession _session;
    private readonly IStore _output;
    private readonly TimeProvider _time;
    private readonly TimeSpan _between;

    /// <summary>Works over a session, which it stops when disposed of.</summary>
    /// <param name="session">The session.</param>
    /// <param name="output">The run's folder, where the driver sees what is done.</param>
    /// <param name="time">The clock.</param>
    /// <param name="between">The time between two looks at the store.</param>
    public SparkEngine(SparkSession session, IStore output, TimeProvider time, TimeSpan between)
    {
        _session = session;
        _output = output;
        _time = time;
        _between = between;
    }

    /// <inheritdoc/>
    public string Name => EngineName;

    /// <summary>Connects to the Spark that has started this process.</summary>
    /// <exception cref="PomonaException">None has, or it cannot be reached.</exception>
    public static SparkEngine Connect(IStore output, TimeProvider time)
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(BackendVariable)))
        {
            throw new PomonaException(
                ExitCode.Usage,
                "--engine spark needs a Spark that starts this program: use ./pomona run … --engine spark with SPARK_HOME set "
                + "(or bootstrap/run-step.sh); docs/spark.md says what else it takes.");
        }

        try
        {
            return new SparkEngine(SparkSession.Builder().GetOrCreate(), output, time, TimeSpan.FromSeconds(5));
        }
        catch (Exception cause)
        {
            throw new PomonaException(ExitCode.Engine, $"Spark did not start a session: {Innermost(cause)}", cause);
        }
    }

    /// <inheritdoc/>
    public async Task RunAsync(
        Stage stage,
        RunSettings settings,
        int count,
        IStageProgress progress,
        CancellationToken cancellation)
    {
        if (count == 0)
            return;

        var plan = await PlanFile.ReadAsync(_output, cancellation).ConfigureAwait(false);
        var finished = new FinishedShards(_output, plan, stage, count, progress);
        var task = ShardTask.Of(stage, settings with { Threads = ExecutorCores.Of(_session.SparkContext.GetConf()) });

        // Stopping the session is the one way that Microsoft.Spark offers to end a job; it is the run's end in any case.
        using var stopping = cancellation.Register(() => _ = Task.Run(_session.Stop, CancellationToken.None));
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var watching = WatchAsync(finished, over.Token);
        try
        {
            // A thread of its own: the call lasts as long as the stage, and the JVM's bridge keeps one of its threads for each
            // of ours, which is what the job's description hangs on.
            var results = await Task.Factory.StartNew(
                () => Collect(task, stage, count),
                CancellationToken.None,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default).ConfigureAwait(false);
            foreach (var result in results)
                finished.Tell(result.Number);
        }
        catch (Exception failure)
        {
            cancellation.ThrowIfCancellationRequested();
            var told = failure.ToString();
            throw ShardFailure.Find(told)?.ToException(failure)
                ?? new PomonaException(
                    ExitCode.Engine,
                    $"Spark gave the {stage} stage up: {Innermost(failure)} Run the same command again: it goes on where it stopped.",
                    failure);
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
            await watching.ConfigureAwait(false);
        }
    }

    /// <summary>Stops the session, so that the cluster's manager sees a finished application.</summary>
    public void Dispose() => _session.Dispose();

    private List<ShardResult> Collect(ShardTask task, Stage stage, int count)
    {
        _session.SparkContext.SetJobDescription(string.Create(CultureInfo.InvariantCulture, $"{stage}: {count} shards"));
        var run = Udf<long, string>(task.Run);
        return [.. _session.Range(0, count, 1, count).Select(run(Col("id"))).Collect()
            .Select(row => ShardResult.FromJson(row.GetAs<string>(0)))];
    }

    private async Task WatchAsync(FinishedShards finished, CancellationToken over)
    {
        try
        {
            while (true)
            {
                var started = _time.GetTimestamp();
                try
                {
                    await finished.LookAsync(over).ConfigureAwait(false);
                }
                catch (StoreException)
                {
                    // Only a look: whether the store can be used is for the stage's work to say.
                }

                // A listing takes a request per thousand shards; looking takes a tenth of the time at most.
                var took = _time.GetElapsedTime(started);
                await Task.Delay(_between > 9 * took ? _between : 9 * took, _time, over).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    /// <summary>The first line of the deepest cause: the JVM's own sentence, without its stack.</summary>
    private static string Innermost(Exception failure)
    {
        var cause = failure.GetBaseException().Message;
        var end = cause.AsSpan().IndexOfAny('\r', '\n');
        var line = Printable.Excerpt(end < 0 ? cause : cause[..end]);
        return line.EndsWith('.') ? line : line + ".";
    }
}
