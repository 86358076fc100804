namespace Pomona.Job.Tests.Engines.Spark;

/// <summary>A test that starts the job as Spark's runner does: it needs bash, the net8.0 build, and the stand-in's session.</summary>
internal sealed class SparkLaunchFactAttribute : FactAttribute
{
    public SparkLaunchFactAttribute()
    {
        if (!OperatingSystem.IsLinux())
            Skip = "the launch script is for Linux";
        else if (!File.Exists(Path.Combine(RepositoryRoot.Path, "job/bin/Release/net8.0/Pomona.Job")))
            Skip = "job/bin/Release/net8.0 is not there: ./pomona test builds it";
        else
            Skip = new StandInSparkFactAttribute().Skip;
    }
}
