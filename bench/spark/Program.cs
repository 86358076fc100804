using System.Globalization;
using Microsoft.Spark.Sql;
using Pomona.Job.Engines;
using Pomona.Job.Engines.Spark;
using Pomona.SparkBench;

// The peers of spark.py, as the launch script starts the job: as many tasks as a run of so many shards has, in its two large stages.
var tasks = int.Parse(Environment.GetEnvironmentVariable("POMONA_BENCH_TASKS")!, CultureInfo.InvariantCulture);
if (Environment.GetEnvironmentVariable("POMONA_BENCH_PEER") == "range")
{
    // Spark's own: partitions of one number, which it answers itself.
    using var session = SparkSession.Builder().GetOrCreate();
    for (var stage = 0; stage < 2; stage++)
        Require(session.Range(0, tasks, 1, tasks).Collect().Count());
}
else
{
    // With the bridge and its worker: a function that does nothing, of the size that the job's has.
    using var engine = SparkEngine.Connect(new EmptyTasks());
    for (var stage = 0; stage < 2; stage++)
    {
        var done = 0;
        await engine.RunAsync(
            new NumberedWork("Extract", new string('0', 1_500), tasks, 1, static (_, _) => Task.CompletedTask), _ => done++, CancellationToken.None);
        Require(done);
    }
}

return 0;

void Require(int done)
{
    if (done != tasks)
        throw new InvalidOperationException($"{done} of {tasks} tasks have answered");
}
