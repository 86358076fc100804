using Microsoft.Spark.Sql;

namespace Pomona.Job.Tests.Engines.Spark;

/// <summary>A test over the stand-in's scheduler, in this process: skipped where the real package is, which needs a JVM.</summary>
internal sealed class StandInSparkFactAttribute : FactAttribute
{
    public StandInSparkFactAttribute()
    {
        if (typeof(SparkSession).Assembly.GetType("Microsoft.Spark.InProcess.StageScheduler") is null)
            Skip = "Microsoft.Spark is the real package here: docs/spark.md says how to run on a real Spark.";
    }
}
