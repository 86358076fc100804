namespace Pomona.Job.Tests.Parquet;

/// <summary>
/// The Apache Spark of ../shared/spark, unpacked once into .pomona/spark-3.5.3: what runs a person's notebook, without
/// this project in it.
/// </summary>
internal static class RealSpark
{
    private static readonly string[] Needed = ["java", "python3"];
    private static readonly Lazy<string> Unpacked = new(Unpack);

    /// <summary>Why there is none here; null where there is one.</summary>
    public static string? Missing { get; } = FindMissing();

    /// <summary>Runs a PySpark script on two threads of this machine; what it printed.</summary>
    public static Tool Run(string script, params string[] arguments) => Tool.Run(
        "env",
        [
            $"SPARK_HOME={Unpacked.Value}", $"PYTHONPATH={Unpacked.Value}/python", "SPARK_LOCAL_IP=127.0.0.1",
            // A program of seconds: the JVM's second compiler and parallel collector cost more than they give.
            "JDK_JAVA_OPTIONS=-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
            "python3", script, .. arguments,
        ]);

    private static string Archives => Path.Combine(SharedData.Folder!, "..", "spark");

    private static string? FindMissing()
    {
        if (SharedData.Folder is null || !File.Exists(Path.Combine(Archives, "spark-3.5.3.tar.xz")))
            return "There is no ../shared/spark beside the repository, and POMONA_SHARED names no folder that has it.";
        return Needed.FirstOrDefault(program => Tool.Run("which", [program]).ExitCode != 0) is { } program
            ? $"{program} is not installed."
            : null;
    }

    private static string Unpack()
    {
        var home = RepositoryRoot.File(".pomona/spark-3.5.3");
        if (Directory.Exists(home))
            return Path.Combine(home, "spark");

        var aside = $"{home}.{Guid.NewGuid():N}";
        Directory.CreateDirectory(aside);
        foreach (var archive in new[] { "spark-3.5.3.tar.xz", "pyspark-3.5.3-python.tar.xz" })
        {
            var tar = Tool.Run("tar", ["-xJf", Path.Combine(Archives, archive), "-C", aside]);
            Assert.True(tar.ExitCode == 0, tar.Output);
        }

        Directory.Move(aside, home);
        return Path.Combine(home, "spark");
    }
}

/// <summary>A test that wants <see cref="RealSpark"/>.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RealSparkFactAttribute : FactAttribute
{
    public RealSparkFactAttribute() => Skip = RealSpark.Missing;
}
