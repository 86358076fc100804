using Microsoft.Spark.Sql;
using Pomona.Job.Engines.Spark;

namespace Pomona.Job.Tests.Engines.Spark;

public sealed class ExecutorCoresTests
{
    [StandInSparkFact]
    public void An_executor_has_as_many_threads_as_it_runs_tasks_at_once()
    {
        Assert.Equal(4, Of(("spark.master", "yarn"), ("spark.executor.cores", "4")));
        Assert.Equal(1, Of(("spark.master", "yarn")));
        Assert.Equal(2, Of(("spark.master", "local[2]")));
        Assert.Equal(3, Of(("spark.master", "local[3,4]")));
        Assert.Equal(Environment.ProcessorCount, Of(("spark.master", "local[*]")));
        Assert.Equal(2, Of(("spark.master", "local-cluster[3,2,1024]")));
        Assert.Equal(1, Of(("spark.master", "local")));
        Assert.Equal(1, Of(("spark.master", "spark://host:7077")));
    }

    private static int Of(params (string Key, string Value)[] configuration)
    {
        var builder = SparkSession.Builder();
        foreach (var (key, value) in configuration)
            builder.Config(key, value);
        using var session = builder.GetOrCreate();
        return ExecutorCores.Of(session.SparkContext.GetConf());
    }
}
