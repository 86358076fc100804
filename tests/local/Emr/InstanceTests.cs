using System.Text.Json.Nodes;
using Pomona.Local.Aws;
using Pomona.Local.Emr;
using Pomona.Local.Moto;

namespace Pomona.Local.Tests.Emr;

public sealed class InstanceTests(EmrAccount account) : IClassFixture<EmrAccount>
{
    [Fact]
    public async Task A_cluster_s_instances_fill_its_fleets_and_end_with_it()
    {
        var request = EmrAccount.Request("instances");
        var task = request["Instances"]!["InstanceFleets"]![2]!;
        task["TargetOnDemandCapacity"] = 4;
        task["TargetSpotCapacity"] = 12;
        task["InstanceTypeConfigs"] = new JsonArray(
            new JsonObject { ["InstanceType"] = "m5.2xlarge", ["WeightedCapacity"] = 8 },
            new JsonObject { ["InstanceType"] = "m5.xlarge", ["WeightedCapacity"] = 4 });
        var id = (string)(await account.CallAsync("emr", "RunJobFlow", request))["JobFlowId"]!;
        Assert.Contains((string)(await ListAsync(id))[0]["Status"]!["State"]!, (string[])["PROVISIONING", "BOOTSTRAPPING", "RUNNING"]);
        var cluster = await account.ReachedAsync(id, "WAITING");

        var listed = await ListAsync(id);
        var fleets = await FleetsAsync(id);
        var fleetOf = fleets.ToDictionary(static fleet => (string)fleet["Id"]!, static fleet => (string)fleet["InstanceFleetType"]!);

        Assert.Equal(
            ["MASTER m6i.xlarge ON_DEMAND", "CORE m6i.xlarge ON_DEMAND", "TASK m5.xlarge ON_DEMAND", "TASK m5.2xlarge SPOT", "TASK m5.xlarge SPOT"],
            listed.Select(instance => $"{fleetOf[(string)instance["InstanceFleetId"]!]} {instance["InstanceType"]} {instance["Market"]}"));
        Assert.All(listed, static instance => Assert.Equal("RUNNING", (string?)instance["Status"]!["State"]));
        Assert.Equal(listed.Count, listed.Select(static instance => (string)instance["Ec2InstanceId"]!).Distinct().Count());
        Assert.Equal([(1, 0), (4, 0), (4, 12)], fleets.Select(Provisioned));
        Assert.Equal((string?)cluster["MasterPublicDnsName"], (string?)listed[0]["PrivateDnsName"]);

        await account.CallAsync("emr", "TerminateJobFlows", new JsonObject { ["JobFlowIds"] = new JsonArray(id) });
        await account.EndedAsync(id);

        Assert.All(await ListAsync(id), static instance =>
        {
            Assert.Equal("TERMINATED", (string?)instance["Status"]!["State"]);
            Assert.Equal("CLUSTER_TERMINATED", (string?)instance["Status"]!["StateChangeReason"]!["Code"]);
            Assert.NotNull(instance["Status"]!["Timeline"]!["EndDateTime"]);
        });
        Assert.Equal([(0, 0), (0, 0), (0, 0)], (await FleetsAsync(id)).Select(Provisioned));
    }

    [Fact]
    public async Task Instances_are_listed_by_fleet_and_state_and_page_by_page()
    {
        var request = EmrAccount.Request("many");
        request["Instances"]!["InstanceFleets"]![2]!["TargetSpotCapacity"] = 4 * 450;
        var id = (string)(await account.CallAsync("emr", "RunJobFlow", request))["JobFlowId"]!;
        await account.ReachedAsync(id, "WAITING");
        var core = (string)(await FleetsAsync(id))[1]["Id"]!;

        Assert.Equal(452, (await ListAsync(id)).Select(static instance => (string)instance["Id"]!).Distinct().Count());
        Assert.Equal(450, (await ListAsync(id, ("InstanceFleetType", "TASK"))).Count);
        Assert.Equal(core, (string?)Assert.Single(await ListAsync(id, ("InstanceFleetId", core)))["InstanceFleetId"]);
        Assert.Empty(await ListAsync(id, ("InstanceStates", new JsonArray("TERMINATED", "PROVISIONING"))));
        Assert.Equal(452, (await ListAsync(id, ("InstanceStates", new JsonArray("TERMINATED", "RUNNING")))).Count);

        // As AWS's own tools ask for them, page after page.
        var aws = await AwsAsync("emr", "list-instances", "--cluster-id", id, "--instance-states", "RUNNING", "--query", "length(Instances[?Market=='SPOT'])");
        Assert.Equal("450", aws.Output.Trim());

        await account.CallAsync("emr", "TerminateJobFlows", new JsonObject { ["JobFlowIds"] = new JsonArray(id) });
    }

    [Theory]
    [InlineData("InstanceFleetId", "\"if-NOBODY\"")]
    [InlineData("InstanceGroupTypes", """["CORE"]""")]
    [InlineData("InstanceGroupId", "\"ig-NOBODY\"")]
    [InlineData("Marker", "\"somewhere\"")]
    [InlineData("ClusterId", "\"j-NOBODY\"")]
    public async Task What_has_no_instances_is_said(string name, string value)
    {
        var id = await account.RentAsync("asked", keepAlive: true);
        var request = new JsonObject { ["ClusterId"] = id };
        request[name] = JsonNode.Parse(value);

        Assert.Equal("InvalidRequestException", (await Assert.ThrowsAsync<AwsCallException>(() => account.CallAsync("emr", "ListInstances", request))).Code);
        await account.CallAsync("emr", "TerminateJobFlows", new JsonObject { ["JobFlowIds"] = new JsonArray(id) });
    }

    [Fact]
    public async Task A_cluster_that_EC2_had_nothing_for_never_had_instances()
    {
        account.Part<ClusterFaults>().Add(ClusterFault.NoCapacity, 1);
        var id = await account.RentAsync("nothing", keepAlive: true);
        await account.EndedAsync(id);

        Assert.Empty(await ListAsync(id));
    }

    [Theory]
    [InlineData(0, 16, "must be 1 or greater")]
    [InlineData(1, 2_000_000_000, "more than 10000 instances")]
    public async Task Fleets_that_nobody_could_fill_are_refused(int weight, int capacity, string complaint)
    {
        var request = EmrAccount.Request("endless");
        var fleet = request["Instances"]!["InstanceFleets"]![2]!;
        fleet["TargetSpotCapacity"] = capacity;
        fleet["InstanceTypeConfigs"]![0]!["WeightedCapacity"] = weight;

        Assert.Contains(complaint, (await Assert.ThrowsAsync<AwsCallException>(() => account.CallAsync("emr", "RunJobFlow", request))).Message);
    }

    [Fact]
    public void A_target_is_reached_by_whole_instances_and_the_last_one_was_needed()
    {
        var random = new Random(21);
        for (var i = 0; i < 500; i++)
        {
            var types = Enumerable.Range(0, random.Next(1, 6)).Select(n => new InstanceTypeChoice($"t{n}", random.Next(1, 20), null)).ToArray();
            var target = random.Next(0, 200);

            var filled = InstanceFleet.Filled(target, types).ToArray();

            var sum = filled.Sum(static type => type.Weight);
            Assert.InRange(sum, target, target + types.Min(static type => type.Weight) - 1);
            Assert.All(filled, type => Assert.Contains(type, types));
            if (filled.Length > 0)
                Assert.True(sum - filled[^1].Weight < target);
        }
    }

    private static (int OnDemand, int Spot) Provisioned(JsonNode fleet) =>
        ((int)fleet["ProvisionedOnDemandCapacity"]!, (int)fleet["ProvisionedSpotCapacity"]!);

    private async Task<IReadOnlyList<JsonNode>> FleetsAsync(string id) =>
        [.. (await account.CallAsync("emr", "ListInstanceFleets", new JsonObject { ["ClusterId"] = id }))["InstanceFleets"]!.AsArray().Select(static fleet => fleet!)];

    private async Task<IReadOnlyList<JsonNode>> ListAsync(string id, params (string Name, JsonNode Value)[] narrowed)
    {
        var request = new JsonObject { ["ClusterId"] = id };
        foreach (var (name, value) in narrowed)
            request[name] = value;
        var found = new List<JsonNode>();
        do
        {
            var page = await account.CallAsync("emr", "ListInstances", request.DeepClone().AsObject());
            Assert.Empty(ShapeValidator.Complaints(account.Part<ServiceModels>()["emr"].Output("ListInstances")!, page));
            found.AddRange(page["Instances"]!.AsArray().Select(static instance => instance!));
            request["Marker"] = page["Marker"]?.DeepClone();
        }
        while (request["Marker"] is not null);
        return found;
    }

    private async Task<Tool> AwsAsync(params string[] words)
    {
        var scripts = account.Part<PythonEnvironment>().ScriptFolder;
        return await Task.Run(() => Tool.Run("env",
        [
            "AWS_ACCESS_KEY_ID=you", "AWS_SECRET_ACCESS_KEY=local", $"AWS_DEFAULT_REGION={Pomona.Local.Account.LocalSettings.Region}", Path.Combine(scripts, "aws"),
            "--endpoint-url", account.Cloud.Settings.Front.AbsoluteUri, .. words,
        ]));
    }
}
