// Stand-in for Microsoft.Spark 2.3.1: the part that Pomona uses. See docs/stand-ins.md.
using Microsoft.Spark.InProcess;

namespace Microsoft.Spark.Sql;

public sealed class SparkSession : IDisposable
{
    private readonly StageScheduler _scheduler;

    internal SparkSession(SparkConf conf)
    {
        SparkContext = new SparkContext(conf);
        _scheduler = new StageScheduler(conf);
    }

    public SparkContext SparkContext { get; }

    public static Builder Builder() => new();

    public DataFrame Range(long start, long end, long step, int numPartitions)
    {
        if (start != 0 || step != 1 || end != numPartitions)
            throw new NotSupportedException("The stand-in knows Range(0, n, 1, n) only: one partition, one task per number.");
        return new DataFrame(_scheduler, numPartitions, null);
    }

    public void Stop() => _scheduler.Stop();

    // The real one asks the JVM, which may have gone (spark.standin.jvmGone=true).
    public void Dispose()
    {
        if (SparkContext.GetConf().Get("spark.standin.jvmGone", "false") == "true")
            throw new JvmException("java.io.IOException: the JVM has gone");
        Stop();
    }
}
