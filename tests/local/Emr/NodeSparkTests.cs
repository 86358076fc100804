using Pomona.Local.Account;
using Pomona.Local.Emr;

namespace Pomona.Local.Tests.Emr;

public sealed class NodeSparkTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("pomona-spark-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Steps_are_handed_to_a_Spark_only_where_a_person_has_all_that_the_job_needs()
    {
        var named = new Dictionary<string, string> { ["SPARK_HOME"] = "/spark", ["DOTNET_WORKER_DIR"] = "/worker" };
        Assert.Null(NodeSpark.Find(_root, named.GetValueOrDefault)); // the build has a stand-in

        var job = Directory.CreateDirectory(Path.Combine(_root, "job", "bin", "Release", "net8.0")).FullName;
        var jar = Path.Combine(job, "microsoft-spark-3-5_2.12-2.3.1.jar");
        File.WriteAllText(jar, string.Empty);

        Assert.Equal(new NodeSpark("/spark", "/worker", job, jar), NodeSpark.Find(_root, named.GetValueOrDefault));
        Assert.Null(NodeSpark.Find(_root, static _ => null));
    }

    [Theory]
    [InlineData(8, 2, "local-cluster[2,1,1024]")]
    [InlineData(64, 2, "local-cluster[2,1,1024]")]
    [InlineData(12, 8, "local-cluster[3,2,1024]")]
    [InlineData(0, 4, "local-cluster[1,4,1024]")]
    public void There_are_as_many_executors_as_the_cluster_has_vcpus_for_and_this_machine_cores(int vcpus, int processors, string master)
        => Assert.Contains(new("POMONA_SPARK_MASTER", master), new NodeSpark("/spark", "/worker", "/job", "/jar").OnLocalCluster(vcpus, processors));

    [Fact]
    public void A_person_is_told_what_clusters_run_their_steps_on()
    {
        var named = new Dictionary<string, string>();
        Assert.Equal("Its clusters' steps run the job's local engine; docs/spark.md says how a real Spark gets them.", Told());
        named["SPARK_HOME"] = "/spark";
        Assert.Equal("Its clusters' steps run the job's local engine, and not the Spark in /spark: DOTNET_WORKER_DIR is not set.", Told());
        named["DOTNET_WORKER_DIR"] = "/worker";
        Assert.Equal("Its clusters' steps run the job's local engine, and not the Spark in /spark: this build has a stand-in for Microsoft.Spark.", Told());

        File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(_root, "job", "bin", "Release", "net8.0")).FullName, "microsoft-spark-3-5_2.12-2.3.1.jar"), string.Empty);
        Assert.Equal("Its clusters hand their steps to the Spark in /spark, on local-cluster: POMONA_YARN names no yarn.sh.", Told());

        named["POMONA_YARN"] = _root;
        Assert.StartsWith($"POMONA_YARN names {_root}, in which there is no yarn.sh that can be started", Assert.Throws<LocalCloudException>(Told).Message, StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(_root, "yarn.sh"), string.Empty);
        Assert.Throws<LocalCloudException>(Told); // without its execute bit
        Tool.Run("chmod", ["+x", Path.Combine(_root, "yarn.sh")]);
        Assert.Equal($"Its clusters hand their steps to the Spark in /spark, on a YARN of the rented nodes by {_root}/yarn.sh.", Told());

        string Told() => NodeSpark.Sentence(_root, named.GetValueOrDefault);
    }
}
