using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using Pomona.Local.Emr;
using Pomona.Local.Page;

namespace Pomona.Local.Tests.Emr.Yarn;

public sealed class ClusterYarnTests(YarnAccount account) : IClassFixture<YarnAccount>
{
    [Fact]
    public async Task A_cluster_s_core_and_task_nodes_are_a_YARN_that_its_step_sees_and_that_ends_with_it()
    {
        var id = await RentAsync("yarn", "echo \"$POMONA_SPARK_MASTER $HADOOP_CONF_DIR\"; yarn; cat \"$SPARK_CONF_DIR/spark-defaults.conf\"; cat \"$HADOOP_CONF_DIR/properties\"");
        await account.ReachedAsync(id, "WAITING");
        var folder = account.YarnOf(id);

        Assert.Equal($"start {folder} 11264:4:ON_DEMAND 12288:4:SPOT 12288:4:SPOT", Assert.Single(account.Told, line => line.Contains(id, StringComparison.Ordinal)));
        Assert.NotEmpty(YarnAccount.Holders(folder));
        Assert.Equal("a YARN of 11264:4:ON_DEMAND, 12288:4:SPOT, 12288:4:SPOT", View(id).RunsOn);

        await EndAsync(id);

        Assert.Empty(YarnAccount.Holders(folder));
        var step = await account.LogAsync(id, "/stdout");
        Assert.StartsWith($"yarn {folder}/conf\nyarn of {folder}/bin/yarn\n", step, StringComparison.Ordinal);
        Assert.Contains("spark.yarn.jars local:/spark home/jars/*\n", step);
        Assert.Contains("spark.dynamicAllocation.maxExecutors 2\n", step); // of three, on two processors
        Assert.Contains("\nyarn.nm.liveness-monitor.expiry-interval-ms=60000\n", step);
        Assert.Matches("(?m)^yarn.nodemanager.env-whitelist=.*AWS_ENDPOINT_URL,", step);
    }

    [Fact]
    public async Task An_interrupted_Spot_instance_s_node_is_told_to_go_and_then_gone()
    {
        var id = await RentAsync("interrupted", "exec sleep 300");
        await RunningAsync(id);
        var instances = account.Part<ClusterStore>().Get(id).Instances;
        Assert.Equal((HttpStatusCode.BadRequest, $"the instance {instances[1].Ec2Id} is ON_DEMAND: EC2 interrupts Spot instances alone; 'kill' lets any die.\n"), await PostAsync(id, instances[1], "interrupt"));
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync(id, instances[3], "interrupt?seconds=0")).Status);

        Assert.Equal((HttpStatusCode.NoContent, ""), await PostAsync(id, instances[3], "interrupt?seconds=1"));
        Assert.Equal((HttpStatusCode.BadRequest, $"the instance {instances[3].Ec2Id} has had its notice.\n"), await PostAsync(id, instances[3], "interrupt"));
        var folder = account.YarnOf(id);
        await Eventually.HoldsAsync(() => account.Told.Contains($"kill {folder} 3"), "the end of the node");

        Assert.Equal([$"decommission {folder} 3 1", $"kill {folder} 3"], account.Told.Where(line => line.Contains(id, StringComparison.Ordinal)).Skip(1));
        var gone = (await account.CallAsync("emr", "ListInstances", new JsonObject { ["ClusterId"] = id, ["InstanceStates"] = new JsonArray("TERMINATED") }))["Instances"]!.AsArray();
        Assert.Equal(instances[3].Ec2Id, (string?)Assert.Single(gone)!["Ec2InstanceId"]);
        Assert.Equal("INSTANCE_FAILURE", (string?)gone[0]!["Status"]!["StateChangeReason"]!["Code"]);
        Assert.Equal("The Spot instance was interrupted by EC2", (string?)gone[0]!["Status"]!["StateChangeReason"]!["Message"]);
        var fleets = (await account.CallAsync("emr", "ListInstanceFleets", new JsonObject { ["ClusterId"] = id }))["InstanceFleets"]!;
        Assert.Equal((8, 4), ((int)fleets[2]!["TargetSpotCapacity"]!, (int)fleets[2]!["ProvisionedSpotCapacity"]!));
        Assert.Equal("RUNNING", View(id).State); // the cluster goes on
        await EndAsync(id);
    }

    [Fact]
    public async Task A_killed_instance_s_node_is_gone_at_once_and_a_killed_primary_node_is_the_end()
    {
        var id = await RentAsync("killed", "exec sleep 300");
        await RunningAsync(id);
        var instances = account.Part<ClusterStore>().Get(id).Instances;
        Assert.Equal((HttpStatusCode.NoContent, ""), await PostAsync(id, instances[1], "kill"));

        Assert.Contains($"kill {account.YarnOf(id)} 1", account.Told);
        Assert.Equal((HttpStatusCode.BadRequest, $"the instance {instances[1].Ec2Id} is TERMINATED: nothing runs on it.\n"), await PostAsync(id, instances[1], "kill"));
        Assert.Contains($"has no instance 'i-nobody'", (await PostAsync(id, "i-nobody", "kill")).Answer);
        Assert.Equal("TERMINATED", Assert.Single(View(id).Instances, instance => instance.Id == instances[1].Ec2Id).State);

        await PostAsync(id, instances[0], "kill");
        var ended = await account.EndedAsync(id);

        Assert.Equal("INSTANCE_FAILURE", (string?)ended["Status"]!["StateChangeReason"]!["Code"]);
        Assert.Empty(YarnAccount.Holders(account.YarnOf(id)));
    }

    [Fact]
    public async Task A_second_cluster_says_that_the_machine_has_one_YARN_and_runs_on_local_cluster()
    {
        var first = await RentAsync("first", "exec sleep 300");
        await RunningAsync(first);
        var second = await RentAsync("second", "echo \"$POMONA_SPARK_MASTER\"", keepAlive: false);
        await account.EndedAsync(second);

        Assert.Equal("local-cluster[2,1,1024]\n", await account.LogAsync(second, "/stdout"));
        Assert.Equal("pomona: this step runs on a local-cluster of 2 executors: another YARN is up on this machine, whose ports are the same.\n", await account.LogAsync(second, "/stderr"));
        Assert.NotEmpty(YarnAccount.Holders(account.YarnOf(first)));
        await EndAsync(first);

        // The ports are free again.
        var third = await RentAsync("third", "echo \"$POMONA_SPARK_MASTER\"", keepAlive: false);
        await account.EndedAsync(third);
        Assert.Equal("yarn\n", await account.LogAsync(third, "/stdout"));
    }

    [Fact]
    public async Task A_YARN_that_does_not_start_ends_its_cluster_with_its_own_words_and_leaves_nothing()
    {
        File.WriteAllText(account.FailsWith, "yarn.sh: a node manager did not come up in a minute\n");
        try
        {
            var id = await RentAsync("failing", "true");
            var ended = await account.EndedAsync(id);

            Assert.Equal("TERMINATED_WITH_ERRORS", (string?)ended["Status"]!["State"]);
            Assert.Equal("BOOTSTRAP_FAILURE", (string?)ended["Status"]!["StateChangeReason"]!["Code"]);
            Assert.EndsWith(
                $"application provisioning failed: {account.Place.Script} did not start a YARN of 11264:4:ON_DEMAND 12288:4:SPOT 12288:4:SPOT: yarn.sh: a node manager did not come up in a minute",
                (string)ended["Status"]!["StateChangeReason"]!["Message"]!,
                StringComparison.Ordinal);
            Assert.Empty(YarnAccount.Holders(account.YarnOf(id)));
        }
        finally
        {
            File.Delete(account.FailsWith);
        }
    }

    [Fact]
    public async Task A_YARN_ends_with_an_owner_that_is_killed_and_nothing_else_does()
    {
        var folder = Directory.CreateDirectory(Path.Combine(account.Folder, "a [strange] folder.*")).FullName;
        var alike = Directory.CreateDirectory(Path.Combine(account.Folder, "a [strange] folder.txt")).FullName;
        using var other = Process.Start(new ProcessStartInfo("sleep", ["300"]) { Environment = { ["POMONA_LOCAL_YARN"] = alike } })!;
        // guard.sh hears of its owner's end by its standard input, which the owner alone holds.
        var guard = Path.Combine(AppContext.BaseDirectory, "Processes", "guard.sh");
        var keep = Path.Combine(AppContext.BaseDirectory, "Emr", "Yarn", "keep-yarn.sh");
        var start = new ProcessStartInfo("bash", ["-c", "sleep 300 | exec bash \"$@\"", "owner", guard, "10", "bash", keep, Path.Combine(account.Folder, "own.lock"), $"{LocalAccount.FreePort()}", account.Place.Script, folder, "1:1"])
        {
            RedirectStandardOutput = true,
        };
        start.Environment["YARN_PROPERTIES"] = "/dev/null";
        using var owner = Process.Start(start)!;
        Assert.Equal("up", await owner.StandardOutput.ReadLineAsync());
        Assert.NotEmpty(YarnAccount.Holders(folder));

        Tool.Run("pkill", ["-KILL", "-P", $"{owner.Id}", "-x", "sleep"]);
        await owner.WaitForExitAsync();

        Assert.Empty(YarnAccount.Holders(folder));
        Assert.False(other.HasExited);
        other.Kill();
    }

    private async Task<string> RentAsync(string name, string step, bool keepAlive = true)
    {
        var request = EmrAccount.Request(name);
        request["Instances"]!["KeepJobFlowAliveWhenNoSteps"] = keepAlive;
        request["Instances"]!["InstanceFleets"]![1]!["InstanceTypeConfigs"]![0]!["Configurations"] = new JsonArray(
            EmrAccount.YarnSite(("yarn.nodemanager.resource.memory-mb", "11264")));
        var task = request["Instances"]!["InstanceFleets"]![2]!;
        task["TargetSpotCapacity"] = 8;
        task["InstanceTypeConfigs"]![0]!["InstanceType"] = "m5.xlarge"; // of which the request says nothing
        request["Configurations"] = new JsonArray(EmrAccount.YarnSite(
            ("yarn.node-labels.enabled", "true"),
            ("yarn.node-labels.am.default-node-label-expression", "ON_DEMAND"),
            ("yarn.nm.liveness-monitor.expiry-interval-ms", "60000")));
        request["Steps"] = new JsonArray(EmrAccount.Step("step", "bash", "-c", step));
        return (string)(await account.CallAsync("emr", "RunJobFlow", request))["JobFlowId"]!;
    }

    private async Task RunningAsync(string id)
    {
        await account.ReachedAsync(id, "RUNNING", "TERMINATED", "TERMINATED_WITH_ERRORS");
        Assert.Equal("RUNNING", account.Part<ClusterStore>().Get(id).State);
    }

    private async Task EndAsync(string id)
    {
        await account.CallAsync("emr", "TerminateJobFlows", new JsonObject { ["JobFlowIds"] = new JsonArray(id) });
        await account.EndedAsync(id);
    }

    private ClusterView View(string id) => Assert.Single(account.Part<ClusterViews>().Of(account.Part<ClusterStore>().All, []), cluster => cluster.Id == id);

    private Task<(HttpStatusCode Status, string Answer)> PostAsync(string id, Instance instance, string what) => PostAsync(id, instance.Ec2Id, what);

    private async Task<(HttpStatusCode Status, string Answer)> PostAsync(string id, string instance, string what)
    {
        using var http = new HttpClient();
        using var answer = await http.PostAsync(new Uri(account.Cloud.Settings.Front, $"_local/api/clusters/{id}/instances/{instance}/{what}"), null);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
