// Stand-in for Microsoft.Spark 2.3.1: the part that Pomona uses. See docs/stand-ins.md.
using System.Collections.Concurrent;
using System.Globalization;

namespace Microsoft.Spark.InProcess;

/// <summary>
/// Runs a stage's tasks on threads of this process with Spark's promises and no better ones: any order, several at once,
/// a failed task again (spark.task.maxFailures times), a task twice at the same time (spark.speculation), and, to try what a
/// lost executor does, work whose result is thrown away (spark.standin.lostResults=1,4: of these tasks' first attempts).
/// </summary>
internal sealed class StageScheduler
{
    private readonly CancellationTokenSource _stopped = new();
    private readonly int _cores;
    private readonly int _tries;
    private readonly int _copies;
    private readonly HashSet<int> _lostResults;

    public StageScheduler(SparkConf conf)
    {
        _cores = Number(conf, "spark.executor.cores", 2);
        _tries = Number(conf, "spark.task.maxFailures", 4);
        _copies = conf.Get("spark.speculation", "false") == "true" ? 2 : 1;
        _lostResults = [.. conf.Get("spark.standin.lostResults", "")
            .Split(',', StringSplitOptions.RemoveEmptyEntries)
            .Select(task => int.Parse(task, CultureInfo.InvariantCulture))];
    }

    public void Stop() => _stopped.Cancel();

    /// <summary>All tasks' results by number, or what the JVM's bridge throws when one failed for good.</summary>
    public object[] Run(int tasks, Func<object, object> function)
    {
        RequireRunning();
        var results = new object[tasks];
        var waiting = new ConcurrentQueue<int>(Enumerable.Range(0, tasks));
        string failure = null;

        void Work()
        {
            while (Volatile.Read(ref failure) is null && !_stopped.IsCancellationRequested && waiting.TryDequeue(out var task))
            {
                if (Attempts(task, function, out results[task]) is { } lastFailure)
                    Interlocked.CompareExchange(ref failure, lastFailure, null);
            }
        }

        var threads = Enumerable.Range(0, Math.Min(_cores, tasks)).Select(_ => new Thread(Work) { IsBackground = true }).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        RequireRunning();
        return failure is null ? results : throw Failed(failure);
    }

    /// <summary>Tries a task until it succeeds; null then, and the failure's description when it never does.</summary>
    private string Attempts(int task, Func<object, object> function, out object result)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                result = Copies(task, function);
                if (attempt > 0 || !_lostResults.Contains(task))
                    return null;
                // The executor is gone after its work and before its answer; that is not the task's failure.
            }
            catch (Exception thrown) when (attempt + 1 >= _tries || _stopped.IsCancellationRequested)
            {
                result = null;
                return "org.apache.spark.SparkException: Job aborted due to stage failure: "
                    + $"Task {task} in stage 0.0 failed {attempt + 1} times, most recent failure: Lost task {task}.{attempt} in stage 0.0 "
                    + $"(TID {task}) (localhost executor 1): org.apache.spark.api.python.PythonException: {thrown}\n"
                    + "\tat org.apache.spark.api.python.BasePythonRunner$ReaderIterator.handlePythonException(PythonRunner.scala:572)\n"
                    + "\nDriver stacktrace:\n\tat org.apache.spark.scheduler.DAGScheduler.failJobAndIndependentStages(DAGScheduler.scala:2856)";
            }
            catch (Exception)
            {
                // Again.
            }
        }
    }

    /// <summary>One attempt, all copies at the same time; it succeeds when one of them does.</summary>
    private object Copies(int task, Func<object, object> function)
    {
        if (_copies == 1)
            return function((long)task);

        var copies = Enumerable.Range(0, _copies)
            .Select(_ => Task.Factory.StartNew(() => function((long)task), TaskCreationOptions.LongRunning))
            .ToArray();
        Task.WhenAll(copies).ContinueWith(all => all.Exception, TaskScheduler.Default).GetAwaiter().GetResult();
        return (copies.FirstOrDefault(copy => copy.IsCompletedSuccessfully) ?? copies[0]).GetAwaiter().GetResult();
    }

    private void RequireRunning()
    {
        if (_stopped.IsCancellationRequested)
            throw Failed("org.apache.spark.SparkException: Job 0 cancelled because SparkContext was shut down");
    }

    /// <summary>As JvmBridge throws it.</summary>
    private static Exception Failed(string jvmStackTrace) => new(
        "JVM method execution failed: Nonstatic method 'collectToPython' failed for class '23' when called with no arguments",
        new JvmException(jvmStackTrace));

    private static int Number(SparkConf conf, string key, int otherwise)
        => int.Parse(conf.Get(key, otherwise.ToString(CultureInfo.InvariantCulture)), CultureInfo.InvariantCulture);
}
