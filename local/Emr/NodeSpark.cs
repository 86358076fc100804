using System.Globalization;

namespace Pomona.Local.Emr;

/// <summary>
/// A real Spark of this machine's, to which nodes hand their steps where a person has one: <c>SPARK_HOME</c> and
/// <c>DOTNET_WORKER_DIR</c> name it, as for <c>./pomona run --engine spark</c>. Each executor is a process of its own.
/// </summary>
/// <param name="Home">Spark's folder.</param>
/// <param name="Worker">The folder of Microsoft.Spark.Worker.</param>
/// <param name="Job">The folder of the job that was built for it.</param>
/// <param name="Jar">Microsoft.Spark's jar.</param>
internal sealed record NodeSpark(string Home, string Worker, string Job, string Jar)
{
    private const int VcpusOfExecutor = 4;
    private const int MegabytesOfExecutor = 1024;

    /// <summary>The one that the environment names; null where it names none, or the job was built with a stand-in for Microsoft.Spark.</summary>
    /// <param name="root">The repository.</param>
    /// <param name="variable">The environment.</param>
    public static NodeSpark? Find(string root, Func<string, string?> variable)
    {
        if (variable("SPARK_HOME") is not { Length: > 0 } home || variable("DOTNET_WORKER_DIR") is not { Length: > 0 } worker)
            return null;
        var job = Path.Combine(root, "job", "bin", "Release", "net8.0");
        var jar = Directory.Exists(job)
            ? Directory.EnumerateFiles(job, "microsoft-spark-3-5_2.12-*.jar", SearchOption.AllDirectories).FirstOrDefault()
            : null;
        return jar is null ? null : new NodeSpark(home, worker, job, jar);
    }

    /// <summary>What a node's step needs to be run by it.</summary>
    /// <param name="vcpus">How many the cluster has, of which 4 are an executor.</param>
    /// <param name="processors">This machine's: there are no more executors, and no more tasks at once.</param>
    public IEnumerable<KeyValuePair<string, string>> Environment(int vcpus, int processors)
    {
        var executors = Math.Clamp(vcpus / VcpusOfExecutor, 1, processors);
        yield return new("SPARK_HOME", Home);
        yield return new("SPARK_LOCAL_IP", "127.0.0.1");
        yield return new("DOTNET_WORKER_DIR", Worker);
        yield return new("POMONA_SPARK_JOB", Job);
        yield return new("POMONA_SPARK_JAR", Jar);
        yield return new("POMONA_SPARK_MASTER", string.Create(
            CultureInfo.InvariantCulture, $"local-cluster[{executors},{Math.Max(1, processors / executors)},{MegabytesOfExecutor}]"));
    }
}
