using System.Globalization;
using Microsoft.Spark.Sql;
using Pomona.Contracts;
using static Microsoft.Spark.Sql.Functions;

namespace Pomona.Job.Engines.Spark;

/// <summary>
/// Apache Spark, through Microsoft.Spark: all numbers of a piece of work are one Spark job of as many tasks, each of which
/// gets its number and does its part in a worker process (<see cref="ISparkTasks"/>). What a lost node had finished stays
/// finished; what it had not is done again elsewhere. Twice at once does no harm either: the work is idempotent. See
/// docs/spark.md.
/// </summary>
internal sealed class SparkEngine : IEngine, IDisposable
{
    /// <summary>What <c>--engine</c> says for it.</summary>
    public const string EngineName = "spark";

    /// <summary>The variable by which Spark's runner tells the program that it started where it listens.</summary>
    public const string BackendVariable = "DOTNETBACKEND_PORT";

    /// <summary>The variable that names the file for Spark's log, where a person looks at the terminal.</summary>
    public const string LogVariable = "POMONA_SPARK_LOG";

    private readonly SparkSession _session;
    private readonly ISparkTasks _tasks;

    /// <summary>Works over a session, which it stops when disposed of.</summary>
    public SparkEngine(SparkSession session, ISparkTasks tasks)
    {
        _session = session;
        _tasks = tasks;
    }

    public string Name => EngineName;

    public int? WorkerCores => ExecutorCores.Of(_session.SparkContext.GetConf());

    /// <summary>Connects to the Spark that has started this process.</summary>
    /// <exception cref="PomonaException">None has, or it cannot be reached.</exception>
    public static SparkEngine Connect(ISparkTasks tasks)
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
            SendBridgeToLog();
            return new SparkEngine(SparkSession.Builder().GetOrCreate(), tasks);
        }
        catch (Exception cause)
        {
            throw new PomonaException(ExitCode.Engine, $"Spark did not start a session: {Innermost(cause)}", cause);
        }
    }

    // Microsoft.Spark writes what it logs to the console and offers no other place; what this program says goes to the outputs
    // that it took at its start.
    private static void SendBridgeToLog()
    {
        if (Environment.GetEnvironmentVariable(LogVariable) is not { Length: > 0 } log)
            return;
        var stream = new FileStream(log, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
        Console.SetOut(TextWriter.Synchronized(new StreamWriter(stream) { AutoFlush = true }));
    }

    public async Task RunAsync(NumberedWork work, Action<int> done, CancellationToken cancellation)
    {
        if (work.Count == 0)
            return;

        // Stopping the session is the one way that Microsoft.Spark offers to end a job; it is the run's end in any case.
        using var stopping = cancellation.Register(() => _ = Task.Run(_session.Stop, CancellationToken.None));
        try
        {
            // A thread of its own: the call lasts as long as the work, and the JVM's bridge keeps one of its threads for each
            // of ours, which is what the job's description hangs on.
            var results = await Task.Factory.StartNew(
                () => Collect(work),
                CancellationToken.None,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default).ConfigureAwait(false);
            foreach (var result in results)
                done(result.Number);
        }
        catch (Exception failure)
        {
            cancellation.ThrowIfCancellationRequested();
            throw _tasks.FailureIn(failure.ToString(), failure)
                ?? new PomonaException(
                    ExitCode.Engine,
                    $"Spark gave the {work.Name} stage up: {Innermost(failure)} Run the same command again: it goes on where it stopped.",
                    failure);
        }
    }

    /// <summary>Stops the session, so that the cluster's manager sees a finished application.</summary>
    public void Dispose()
    {
        try
        {
            _session.Dispose();
        }
        catch (Exception)
        {
            // A JVM that has gone has no session to stop; what a person needs to know was thrown before, and must not be hidden.
        }
    }

    private List<ShardResult> Collect(NumberedWork work)
    {
        _session.SparkContext.SetJobDescription(string.Create(CultureInfo.InvariantCulture, $"{work.Name}: {work.Count} shards"));
        var run = Udf<long, string>(_tasks.TaskOf(work.Name, work.Settings));
        return [.. _session.Range(0, work.Count, 1, work.Count).Select(run(Col("id"))).Collect()
            .Select(row => ShardResult.FromJson(row.GetAs<string>(0)))];
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
