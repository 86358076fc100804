using System.Text.Json.Nodes;
using Pomona.Local.Account;
using Pomona.Local.Emr.Yarn;

namespace Pomona.Local.Tests.Emr.Yarn;

public sealed class YarnPlanTests
{
    private const string Cluster = """
        [
          {"Classification": "yarn-site", "Properties": {
            "yarn.node-labels.enabled": "true",
            "yarn.node-labels.am.default-node-label-expression": "ON_DEMAND",
            "yarn.nm.liveness-monitor.expiry-interval-ms": "60000"}},
          {"Classification": "spark-defaults", "Properties": {"spark.ui.enabled": "true"}},
          {"Classification": "capacity-scheduler", "Properties": {
            "yarn.scheduler.capacity.resource-calculator": "org.apache.hadoop.yarn.util.resource.DefaultResourceCalculator"}}
        ]
        """;

    [Fact]
    public void Nodes_have_the_memory_that_their_types_were_given_and_the_labels_of_their_markets()
    {
        var plan = YarnPlan.Of(Json(Cluster), [("m5.xlarge", 4, "ON_DEMAND", Memory("11264")), ("r5.2xlarge", 8, "SPOT", Memory("21504"))]);

        Assert.Equal(["11264:4:ON_DEMAND", "21504:8:SPOT"], plan.Nodes.Select(static node => node.ToString()));
        Assert.Equal("60000", plan.Properties["yarn.nm.liveness-monitor.expiry-interval-ms"]);
        Assert.DoesNotContain("spark.ui.enabled", plan.Properties.Keys);
        Assert.False(plan.CountsVcpus);
    }

    [Theory]
    [InlineData("yarn.node-labels.enabled")]
    [InlineData("yarn.node-labels.am.default-node-label-expression")]
    public void Nodes_are_labelled_only_where_both_settings_of_EMR_are_there(string missing)
    {
        var asked = Json(Cluster);
        asked[0]!["Properties"]!.AsObject().Remove(missing);

        Assert.Equal("11264:4", Assert.Single(YarnPlan.Of(asked, [("m5.xlarge", 4, "SPOT", Memory("11264"))]).Nodes).ToString());
    }

    [Theory]
    [InlineData("m5.xlarge", 12288)]
    [InlineData("m7a.2xlarge", 23424)]
    [InlineData("r5.4xlarge", 122880)]
    [InlineData("c5.2xlarge", 12288)]
    public void A_type_that_is_not_configured_has_what_EMR_gives_it(string type, int megabytes)
    {
        Assert.Equal(megabytes, Assert.Single(YarnPlan.Of(null, [(type, 4, "SPOT", null)]).Nodes).Megabytes);
        var all = Json("""[{"Classification": "yarn-site", "Properties": {"yarn.nodemanager.resource.memory-mb": "2048"}}]""");
        Assert.Equal(2048, Assert.Single(YarnPlan.Of(all, [(type, 4, "SPOT", null)]).Nodes).Megabytes);
        Assert.Equal(1024, Assert.Single(YarnPlan.Of(all, [(type, 4, "SPOT", Memory("1024"))]).Nodes).Megabytes);
    }

    [Fact]
    public void A_scheduler_that_counts_vcpus_is_told_of() =>
        Assert.True(YarnPlan.Of(Json(Cluster.Replace("DefaultRes", "DominantRes", StringComparison.Ordinal)), []).CountsVcpus);

    [Theory]
    [InlineData("m5.24xlarge", "[]", "what EMR gives YARN of a m5.24xlarge is not known here")]
    [InlineData("nonsense", "[]", "what EMR gives YARN of a nonsense is not known here")]
    [InlineData("m5.xlarge", """[{"Classification": "yarn-site", "Properties": {"yarn.nodemanager.resource.memory-mb": "-1"}}]""", "'-1' as yarn.nodemanager.resource.memory-mb")]
    [InlineData("m5.xlarge", """[{"Classification": "yarn-site", "Properties": {"a": "b\nc=d"}}]""", "the property a of the cluster's configurations cannot be handed")]
    [InlineData("m5.xlarge", """[{"Classification": "yarn-site", "Properties": {"a": "</value>"}}]""", "the property a of the cluster's configurations cannot be handed")]
    [InlineData("m5.xlarge", """[{"Classification": "yarn-site", "Properties": {"a=b": "c"}}]""", "the property a=b of the cluster's configurations cannot be handed")]
    public void What_cannot_be_a_YARN_here_is_refused(string type, string configurations, string complaint) =>
        Assert.Contains(complaint, Assert.Throws<LocalCloudException>(() => YarnPlan.Of(Json(configurations), [(type, 4, "SPOT", null)])).Message);

    private static JsonArray Json(string text) => JsonNode.Parse(text)!.AsArray();

    private static JsonArray Memory(string megabytes) =>
        Json($$$"""[{"Classification": "yarn-site", "Properties": {"yarn.nodemanager.resource.memory-mb": "{{{megabytes}}}"}}]""");
}
