using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Pomona.Local.Account;
using Pomona.Local.Emr;
using Pomona.Local.Emr.Yarn;
using Pomona.Local.Moto;

namespace Pomona.Local.Tests.Emr.Yarn;

/// <summary>A cluster's step on a real Spark and a real YARN, with a small program in place of the job, whose bridge no registry of CI has.</summary>
public sealed class RealYarnTests
{
    [RealSparkFact]
    public async Task A_step_s_executors_are_on_the_rented_nodes_and_see_what_a_node_sees()
    {
        var account = new RealAccount();
        await account.InitializeAsync();
        try
        {
            var id = await RentAsync(account);
            await account.ReachedAsync(id, "WAITING");

            var said = await account.LogAsync(id, "/stdout");
            Assert.Contains("<ON_DEMAND:exclusivity=false>", said);
            Assert.Contains("<SPOT:exclusivity=false>", said);
            Assert.Matches($"(?m)^seen on 127\\.0\\.1\\.[12]: {account.Cloud.Settings.Front.AbsoluteUri.TrimEnd('/')} cluster-", said);

            var folder = account.YarnOf(id);
            var all = YarnAccount.Holders(folder);
            await account.Part<ClusterStore>().KillAsync(id, account.Part<ClusterStore>().Get(id).Instances[2].Ec2Id, CancellationToken.None);
            // Its node manager; the resource manager and the other node live.
            await Eventually.HoldsAsync(() => YarnAccount.Holders(folder).Length == all.Length - 1, "the end of the node");
            Assert.Equal(3, all.Length);

            await account.CallAsync("emr", "TerminateJobFlows", new JsonObject { ["JobFlowIds"] = new JsonArray(id) });
            await account.EndedAsync(id);
            Assert.Empty(YarnAccount.Holders(folder));
        }
        finally
        {
            await account.DisposeAsync();
        }
    }

    // A YARN's ports are fixed, and other tests' turns come first: a cluster that met another one is on local-cluster.
    private static async Task<string> RentAsync(RealAccount account)
    {
        while (true)
        {
            var request = EmrAccount.Request("real");
            foreach (var i in new[] { 1, 2 })
            {
                var fleet = request["Instances"]!["InstanceFleets"]![i]!;
                fleet["InstanceTypeConfigs"]![0]!["Configurations"] = new JsonArray(EmrAccount.YarnSite(("yarn.nodemanager.resource.memory-mb", "2048")));
                if (i == 2)
                    fleet["TargetSpotCapacity"] = 4;
            }

            request["Configurations"] = new JsonArray(EmrAccount.YarnSite(
                ("yarn.node-labels.enabled", "true"), ("yarn.node-labels.am.default-node-label-expression", "ON_DEMAND")));
            request["Steps"] = new JsonArray(EmrAccount.Step("program", "bash", account.Program));
            var id = (string)(await account.CallAsync("emr", "RunJobFlow", request))["JobFlowId"]!;
            var cluster = account.Part<ClusterStore>().Get(id);
            while (cluster.RunsOn is null && cluster.Ended is null)
                await Task.Delay(200);
            if (cluster.RunsOn is "a YARN of 2048:4:ON_DEMAND, 2048:4:SPOT" || cluster.Ended is not null)
                return id;
            await account.CallAsync("emr", "TerminateJobFlows", new JsonObject { ["JobFlowIds"] = new JsonArray(id) });
            await account.EndedAsync(id);
        }
    }

    private sealed class RealAccount : EmrAccount
    {
        private static string Variables => string.Join(' ', RealSpark.Variables.Select(static variable => $"'{variable.Key}={variable.Value}'"));

        /// <summary>The step: what YARN says of itself, and of what runs on it.</summary>
        public string Program => Path.Combine(Folder, "program.sh");

        internal override void Change(IServiceCollection services)
        {
            var script = Path.Combine(Folder, "yarn.sh");
            File.WriteAllText(script, $"#!/usr/bin/env bash\nexec env {Variables} '{RealSpark.YarnScript}' \"$@\"\n");
            Tool.Run("chmod", ["+x", script]);
            File.WriteAllText(Path.Combine(Folder, "program.py"), """
                import os
                from pyspark.sql import SparkSession
                context = SparkSession.builder.getOrCreate().sparkContext
                see = lambda _: f"seen on {os.environ['NM_HOST']}: {os.environ['AWS_ENDPOINT_URL']} {os.environ['AWS_ACCESS_KEY_ID']}"
                print(context.parallelize([0], 1).map(see).first())
                context.stop()
                """);
            File.WriteAllText(Program, $"""
                yarn cluster --list-node-labels
                exec env {Variables} 'PYSPARK_ARCHIVES_PATH=local:{RealSpark.Home}/python' spark-submit --master yarn --deploy-mode client \
                    --conf spark.executor.instances=1 --conf spark.executor.cores=1 --conf spark.executor.memory=512m \
                    --conf spark.yarn.am.nodeLabelExpression=ON_DEMAND '{Folder}/program.py'
                """);
            // The turn that all tests with a real YARN take.
            var place = new YarnPlace(script, Path.Combine(Path.GetTempPath(), "pomona-test-yarn.lock"), YarnPlace.In("/").Port);
            var spark = new NodeSpark(RealSpark.Home, "/worker", "/job", "/jar", place);
            services.AddSingleton(provider => new NodeTools(provider.GetRequiredService<LocalSettings>(), provider.GetRequiredService<PythonEnvironment>())
            {
                Spark = spark,
            });
        }
    }
}
