using System.Text;
using System.Text.Json.Nodes;
using Pomona.Local.Aws;
using Pomona.Local.Emr;

namespace Pomona.Local.Tests.Emr;

public sealed class EmrApiTests(EmrAccount account) : IClassFixture<EmrAccount>
{
    public static TheoryData<string, string> Mistakes => new()
    {
        { """{"Name":null}""", "at 'name' failed to satisfy constraint: Member must not be null" },
        { """{"Nmae":"typo"}""", "no such member" },
        { """{"StepConcurrencyLevel":"three"}""", "Member must be of type integer" },
        { """{"ScaleDownBehavior":"AT_ONCE"}""", "Member must satisfy enum value set: [TERMINATE_AT_INSTANCE_HOUR, TERMINATE_AT_TASK_COMPLETION]" },
        { """{"AutoTerminationPolicy":{"IdleTimeout":59}}""", "between 60 and 604800" },
        { """{"SecurityConfiguration":"nobody-made-it"}""", "does not exist" },
        { """{"ServiceRole":null}""", "ServiceRole is required" },
        { """{"ReleaseLabel":null}""", "release label" },
        { """{"Instances":{"InstanceFleets":[{"InstanceFleetType":"MASTER","TargetOnDemandCapacity":-1}]}}""", "Member must have value greater than or equal to 0" },
        { """{"Instances":{"InstanceFleets":[{"InstanceFleetType":"CORE","TargetOnDemandCapacity":1}]}}""", "Exactly one instance fleet of type MASTER" },
        { """{"Instances":{}}""", "must be specified" },
        { """{"Steps":[{"Name":"x","HadoopJarStep":{"Jar":"a","Args":["\u0000"]}}]}""", "regular expression pattern" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task A_request_that_the_model_does_not_allow_is_refused_and_rents_nothing(string change, string complaint)
    {
        var request = EmrAccount.Request("wrong");
        foreach (var (name, value) in JsonNode.Parse(change)!.AsObject())
        {
            if (value is null)
                request.Remove(name);
            else
                request[name] = value.DeepClone();
        }

        var (status, answer) = await PostAsync("RunJobFlow", request);
        var clusters = await account.CallAsync("emr", "ListClusters", []);

        Assert.Equal(400, status);
        Assert.Equal("ValidationException", (string?)answer["__type"]);
        Assert.Contains(complaint, (string?)answer["message"]);
        Assert.DoesNotContain(clusters["Clusters"]!.AsArray(), cluster => (string)cluster!["Name"]! == "wrong");
    }

    [Theory]
    [InlineData("us-east-1", "m7a.xlarge", true)]
    [InlineData("eu-north-1", "m6i.xlarge", true)]
    [InlineData("eu-north-1", "m6a.xlarge", false)]
    public async Task A_type_that_the_region_has_not_is_neither_listed_nor_rented(string region, string type, bool offered)
    {
        account.Part<OfferedTypes>().Region = region;
        try
        {
            var types = new List<string>();
            var ask = new JsonObject { ["ReleaseLabel"] = "emr-7.7.0" };
            do
            {
                var page = await account.CallAsync("emr", "ListSupportedInstanceTypes", ask.DeepClone().AsObject());
                types.AddRange(page["SupportedInstanceTypes"]!.AsArray().Select(offer => (string)offer!["Type"]!));
                ask["Marker"] = page["Marker"]?.DeepClone();
            }
            while (ask["Marker"] is not null);
            Assert.Equal(offered, types.Contains(type));

            var request = EmrAccount.Request("typed");
            request["Instances"]!["InstanceFleets"]![1]!["InstanceTypeConfigs"]![0]!["InstanceType"] = type;
            var (status, answer) = await PostAsync("RunJobFlow", request);
            if (status == 200)
                await account.CallAsync("emr", "TerminateJobFlows", new JsonObject { ["JobFlowIds"] = new JsonArray((string)answer["JobFlowId"]!) });
            else
                Assert.Equal($"Instance type '{type}' is not supported.", (string?)answer["message"]);
            Assert.Equal(offered, status == 200);
        }
        finally
        {
            account.Part<OfferedTypes>().Region = Pomona.Local.Account.LocalSettings.Region;
        }
    }

    [Fact]
    public async Task An_argument_may_have_10280_characters_and_no_more()
    {
        async Task<int> RentWith(int length)
        {
            var request = EmrAccount.Request("long");
            request["Steps"] = new JsonArray(EmrAccount.Step("long", "true", new string('x', length)));
            var (status, answer) = await PostAsync("RunJobFlow", request);
            if (status == 200)
                await account.CallAsync("emr", "TerminateJobFlows", new JsonObject { ["JobFlowIds"] = new JsonArray((string)answer["JobFlowId"]!) });
            return status;
        }

        Assert.Equal(200, await RentWith(10280));
        Assert.Equal(400, await RentWith(10281));
    }

    [Fact]
    public async Task Fleets_policies_and_tags_come_back_as_they_were_given_and_fit_the_model()
    {
        var id = await account.RentAsync("kept", keepAlive: true, idleSeconds: 1800);
        await account.CallAsync("emr", "AddTags", new JsonObject { ["ResourceId"] = id, ["Tags"] = new JsonArray(new JsonObject { ["Key"] = "size", ["Value"] = "xl" }) });
        await account.CallAsync("emr", "RemoveTags", new JsonObject { ["ResourceId"] = id, ["TagKeys"] = new JsonArray("colour") });
        var asked = new JsonObject { ["ClusterId"] = id };
        var described = await account.CallAsync("emr", "DescribeCluster", asked);
        var fleets = await account.CallAsync("emr", "ListInstanceFleets", asked);
        var policy = await account.CallAsync("emr", "GetAutoTerminationPolicy", asked);
        // How far it is by now depends on the machine.
        var listed = await account.CallAsync("emr", "ListClusters", new JsonObject { ["ClusterStates"] = new JsonArray("STARTING", "BOOTSTRAPPING", "WAITING") });
        var others = await account.CallAsync("emr", "ListClusters", new JsonObject { ["ClusterStates"] = new JsonArray("TERMINATED_WITH_ERRORS") });
        await account.CallAsync("emr", "TerminateJobFlows", new JsonObject { ["JobFlowIds"] = new JsonArray(id) });

        Assert.Equal("size", (string?)Assert.Single(described["Cluster"]!["Tags"]!.AsArray())!["Key"]);
        Assert.Equal(1800, (long)policy["AutoTerminationPolicy"]!["IdleTimeout"]!);
        Assert.Equal(["MASTER", "CORE", "TASK"], fleets["InstanceFleets"]!.AsArray().Select(fleet => (string)fleet!["InstanceFleetType"]!));
        Assert.Equal(16, (int)fleets["InstanceFleets"]![2]!["TargetSpotCapacity"]!);
        Assert.Contains(listed["Clusters"]!.AsArray(), cluster => (string)cluster!["Id"]! == id);
        Assert.DoesNotContain(others["Clusters"]!.AsArray(), cluster => (string)cluster!["Id"]! == id);
        foreach (var (operation, answer) in new[] { ("DescribeCluster", described), ("ListInstanceFleets", fleets), ("GetAutoTerminationPolicy", policy), ("ListClusters", listed) })
            Assert.Empty(ShapeValidator.Complaints(account.Part<ServiceModels>()["emr"].Output(operation)!, answer));
    }

    [Theory]
    [InlineData("DescribeCluster", """{"ClusterId":"j-NOBODY"}""", 400, "InvalidRequestException")]
    [InlineData("TerminateJobFlows", """{"JobFlowIds":["j-NOBODY"]}""", 400, "InvalidRequestException")]
    [InlineData("CreateStudio", """{"Name":"x","AuthMode":"IAM","VpcId":"v","SubnetIds":["s"],"ServiceRole":"r","WorkspaceSecurityGroupId":"a","EngineSecurityGroupId":"b","DefaultS3Location":"s3://x"}""", 501, "NotImplementedException")]
    [InlineData("FlyToTheMoon", "{}", 400, "UnknownOperationException")]
    public async Task What_is_not_there_is_said(string operation, string request, int status, string error)
    {
        var (answered, answer) = await PostAsync(operation, JsonNode.Parse(request)!.AsObject());

        Assert.Equal((status, error), (answered, (string?)answer["__type"]));
    }

    private async Task<(int Status, JsonObject Answer)> PostAsync(string operation, JsonObject request)
    {
        using var http = new HttpClient();
        using var message = new HttpRequestMessage(HttpMethod.Post, account.Cloud.Settings.Front)
        {
            Content = new StringContent(request.ToJsonString(), Encoding.UTF8, "application/x-amz-json-1.1"),
        };
        message.Headers.Add("X-Amz-Target", $"ElasticMapReduce.{operation}");
        using var answer = await http.SendAsync(message);
        return ((int)answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.AsObject());
    }
}
