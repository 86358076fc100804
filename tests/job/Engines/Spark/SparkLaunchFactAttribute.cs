namespace Pomona.Job.Tests.Engines.Spark;

/// <summary>A test that starts the job as Spark's runner does: it needs bash, and the stand-in's session.</summary>
internal sealed class SparkLaunchFactAttribute : FactAttribute
{
    public SparkLaunchFactAttribute()
    {
        if (!OperatingSystem.IsLinux())
            Skip = "the launch script is for Linux";
        else
            Skip = new StandInSparkFactAttribute().Skip;
    }
}
