namespace Pomona.Tests;

/// <summary>
/// The Apache Spark of ../shared/spark, unpacked once into .pomona, with its client of YARN: what runs a person's notebook, and
/// what the launch script hands its options to.
/// </summary>
internal static class RealSpark
{
    private static readonly string[] Archives = ["spark-3.5.3.tar.xz", "pyspark-3.5.3-python.tar.xz", "yarn-3.4.0.tar.xz"];
    private static readonly string[] Needed = ["java", "python3"];
    private static readonly Lazy<string> Unpacked = new(Unpack);

    /// <summary>Why there is none here; null where there is one.</summary>
    public static string? Missing { get; } = FindMissing();

    /// <summary>The folder that Spark calls its home.</summary>
    public static string Home => Path.Combine(Unpacked.Value, "spark");

    /// <summary>The script that starts a YARN of several nodes on this machine.</summary>
    public static string YarnScript => Path.Combine(Unpacked.Value, "yarn", "yarn.sh");

    /// <summary>What a program of seconds has in its environment: the JVM's second compiler and parallel collector cost more than they give.</summary>
    public static IReadOnlyDictionary<string, string> Variables => new Dictionary<string, string>
    {
        ["SPARK_HOME"] = Home,
        ["PYTHONPATH"] = Path.Combine(Home, "python"),
        ["SPARK_LOCAL_IP"] = "127.0.0.1",
        ["JDK_JAVA_OPTIONS"] = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    };

    /// <summary>Runs a PySpark script on two threads of this machine; what it printed.</summary>
    public static Tool Run(string script, params string[] arguments)
        => Tool.Run("env", [.. Variables.Select(static variable => $"{variable.Key}={variable.Value}"), "python3", script, .. arguments]);

    private static string Folder => Path.Combine(SharedData.Folder!, "..", "spark");

    private static string? FindMissing()
    {
        if (SharedData.Folder is null || !Archives.All(static archive => File.Exists(Path.Combine(Folder, archive))))
            return "There is no ../shared/spark beside the repository, and POMONA_SHARED names no folder that has it.";
        return Needed.FirstOrDefault(program => Tool.Run("which", [program]).ExitCode != 0) is { } program
            ? $"{program} is not installed."
            : null;
    }

    private static string Unpack()
    {
        var home = RepositoryRoot.File(".pomona/spark-3.5.3-yarn-3.4.0");
        if (Directory.Exists(home))
            return home;

        var aside = $"{home}.{Guid.NewGuid():N}";
        Directory.CreateDirectory(aside);
        foreach (var archive in Archives)
        {
            var tar = Tool.Run("tar", ["-xJf", Path.Combine(Folder, archive), "-C", aside]);
            Assert.True(tar.ExitCode == 0, tar.Output);
        }

        try
        {
            Directory.Move(aside, home);
        }
        catch (IOException) when (Directory.Exists(home))
        {
            // Another project's tests were first.
            Directory.Delete(aside, recursive: true);
        }

        return home;
    }
}

/// <summary>A test that wants <see cref="RealSpark"/>.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RealSparkFactAttribute : FactAttribute
{
    public RealSparkFactAttribute() => Skip = RealSpark.Missing;
}

/// <summary>A test that wants <see cref="RealSpark"/>, takes long, and differs little from another one.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ExhaustiveSparkFactAttribute : FactAttribute
{
    public ExhaustiveSparkFactAttribute() => Skip = Exhaustive.IsAsked ? RealSpark.Missing : Exhaustive.NotAsked;
}

/// <inheritdoc cref="ExhaustiveSparkFactAttribute"/>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ExhaustiveSparkTheoryAttribute : TheoryAttribute
{
    public ExhaustiveSparkTheoryAttribute() => Skip = Exhaustive.IsAsked ? RealSpark.Missing : Exhaustive.NotAsked;
}
