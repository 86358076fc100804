using System.Globalization;
using Pomona.Local.Account;
using Pomona.Local.Emr.Yarn;

namespace Pomona.Local.Emr;

/// <summary>
/// A real Spark of this machine's, to which nodes hand their steps where a person has one: <c>SPARK_HOME</c> and
/// <c>DOTNET_WORKER_DIR</c> name it, as for <c>./pomona run --engine spark</c>. Each executor is a process of its own: of a YARN of the
/// rented nodes where <c>POMONA_YARN</c> names the folder of a <c>yarn.sh</c>, else of a <c>local-cluster</c>.
/// </summary>
/// <param name="Home">Spark's folder.</param>
/// <param name="Worker">The folder of Microsoft.Spark.Worker.</param>
/// <param name="Job">The folder of the job that was built for it.</param>
/// <param name="Jar">Microsoft.Spark's jar.</param>
/// <param name="Yarn">Where a YARN is had; null for <c>local-cluster</c>.</param>
internal sealed record NodeSpark(string Home, string Worker, string Job, string Jar, YarnPlace? Yarn = null)
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
        return jar is null ? null : new NodeSpark(home, worker, job, jar, variable("POMONA_YARN") is { Length: > 0 } yarn ? YarnPlace.In(yarn) : null);
    }

    /// <summary>What the environment makes of clusters' steps, as a sentence; refuses what cannot work before anything is brought up.</summary>
    /// <exception cref="LocalCloudException"><c>POMONA_YARN</c> names a folder without a yarn.sh that can be started.</exception>
    public static string Sentence(string root, Func<string, string?> variable)
    {
        if (Find(root, variable) is not { } spark)
        {
            return variable("SPARK_HOME") is { Length: > 0 } home
                ? $"Its clusters' steps run the job's local engine, and not the Spark in {home}: {(variable("DOTNET_WORKER_DIR") is { Length: > 0 } ? "this build has a stand-in for Microsoft.Spark" : "DOTNET_WORKER_DIR is not set")}."
                : "Its clusters' steps run the job's local engine; docs/spark.md says how a real Spark gets them.";
        }

        if (spark.Yarn is not { } yarn)
            return $"Its clusters hand their steps to the Spark in {spark.Home}, on local-cluster: POMONA_YARN names no yarn.sh.";
        if (!File.Exists(yarn.Script) || (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(yarn.Script) & UnixFileMode.UserExecute) == 0))
        {
            throw new LocalCloudException(
                $"POMONA_YARN names {Path.GetDirectoryName(yarn.Script)}, in which there is no yarn.sh that can be started: name the folder of one (docs/spark.md), or unset it.");
        }

        return $"Its clusters hand their steps to the Spark in {spark.Home}, on a YARN of the rented nodes by {yarn.Script}.";
    }

    /// <summary>How many executors a cluster has here: no more than this machine has processors.</summary>
    /// <param name="vcpus">The cluster's, of which 4 are an executor.</param>
    /// <param name="processors">This machine's.</param>
    public static int Executors(int vcpus, int processors) => Math.Clamp(vcpus / VcpusOfExecutor, 1, processors);

    /// <summary>What a node's step needs to be run by it on <c>local-cluster</c>.</summary>
    /// <param name="vcpus">How many the cluster has, of which 4 are an executor.</param>
    /// <param name="processors">This machine's: there are no more executors, and no more tasks at once.</param>
    public IEnumerable<KeyValuePair<string, string>> OnLocalCluster(int vcpus, int processors)
    {
        var executors = Executors(vcpus, processors);
        return
        [
            .. Common(),
            new("POMONA_SPARK_MASTER", string.Create(
                CultureInfo.InvariantCulture, $"local-cluster[{executors},{Math.Max(1, processors / executors)},{MegabytesOfExecutor}]")),
        ];
    }

    /// <summary>What a node's step needs to be run by it on a YARN: as on a cluster, and what only this machine wants.</summary>
    /// <param name="yarn">The YARN, which is up.</param>
    /// <param name="executors">The most that there may be.</param>
    /// <param name="folder">Takes the node's own settings of Spark, and what Spark hands to YARN; made if need be.</param>
    /// <param name="path">The node's PATH.</param>
    public IEnumerable<KeyValuePair<string, string>> OnYarn(LocalYarn yarn, int executors, string folder, string path)
    {
        foreach (var below in (string[])["conf", "staging", "events"])
            Directory.CreateDirectory(Path.Combine(folder, below));
        File.WriteAllLines(Path.Combine(folder, "conf", "spark-defaults.conf"),
        [
            $"spark.yarn.jars local:{Home}/jars/*",
            $"spark.yarn.stagingDir file://{folder}/staging",
            $"spark.eventLog.dir file://{folder}/events",
            "spark.yarn.appMasterEnv.SPARK_LOCAL_IP 127.0.0.1",
            string.Create(CultureInfo.InvariantCulture, $"spark.dynamicAllocation.maxExecutors {executors}"),
            "spark.ui.enabled false", // it would answer every user of the machine
        ]);
        return
        [
            .. Common(),
            new("POMONA_SPARK_MASTER", "yarn"),
            new("HADOOP_CONF_DIR", yarn.Configuration),
            new("SPARK_CONF_DIR", Path.Combine(folder, "conf")),
            new("PATH", $"{path}:{yarn.Commands}"),
        ];
    }

    private IEnumerable<KeyValuePair<string, string>> Common() =>
    [
        new("SPARK_HOME", Home),
        new("SPARK_LOCAL_IP", "127.0.0.1"),
        new("DOTNET_WORKER_DIR", Worker),
        new("POMONA_SPARK_JOB", Job),
        new("POMONA_SPARK_JAR", Jar),
    ];
}
