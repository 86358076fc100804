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
        => Assert.Contains(new("POMONA_SPARK_MASTER", master), new NodeSpark("/spark", "/worker", "/job", "/jar").Environment(vcpus, processors));
}
