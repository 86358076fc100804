using System.IO.Compression;
using System.Text.Json.Nodes;
using Amazon.S3.Model;
using Pomona.Local.Account;
using Pomona.Local.Emr;

namespace Pomona.Local.Tests.Emr;

/// <summary>An account with a bucket, and with a queue that hears everything about clusters.</summary>
public class EmrAccount : LocalAccount
{
    public const string Bucket = "cluster-things";

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        await S3.PutBucketAsync(Bucket);
        // The events go to a function that writes them down.
        Host("Record", "Hears", environment: new() { ["RECORD"] = Path.Combine(Folder, "told") });
        await CallAsync("events", "PutRule", new JsonObject { ["Name"] = "all", ["EventPattern"] = """{"source":["aws.emr"]}""" });
        await CallAsync("events", "PutTargets", new JsonObject
        {
            ["Rule"] = "all",
            ["Targets"] = new JsonArray(new JsonObject
            {
                ["Id"] = "hears",
                ["Arn"] = $"arn:aws:lambda:{LocalSettings.Region}:{LocalSettings.Account}:function:Hears",
            }),
        });
    }

    internal static JsonObject Step(string name, params string[] arguments) => new()
    {
        ["Name"] = name,
        ["ActionOnFailure"] = "CONTINUE",
        ["HadoopJarStep"] = new JsonObject
        {
            ["Jar"] = "command-runner.jar",
            ["Args"] = new JsonArray([.. arguments.Select(argument => (JsonNode)argument)]),
        },
    };

    /// <summary>One of a request's <c>Configurations</c>: what it says of YARN.</summary>
    internal static JsonObject YarnSite(params (string Name, string Value)[] properties) => new()
    {
        ["Classification"] = "yarn-site",
        ["Properties"] = new JsonObject(properties.Select(static property => KeyValuePair.Create(property.Name, (JsonNode?)property.Value))),
    };

    internal static JsonObject Request(string name) => new()
    {
        ["Name"] = name,
        ["ReleaseLabel"] = "emr-7.7.0",
        ["LogUri"] = $"s3://{Bucket}/logs/",
        ["ServiceRole"] = "service",
        ["JobFlowRole"] = "nodes",
        ["Applications"] = new JsonArray(new JsonObject { ["Name"] = "Spark" }),
        ["Instances"] = new JsonObject
        {
            ["KeepJobFlowAliveWhenNoSteps"] = true,
            ["InstanceFleets"] = new JsonArray(Fleet("MASTER", 1, 0), Fleet("CORE", 4, 0), Fleet("TASK", 0, 16)),
        },
        ["Tags"] = new JsonArray(new JsonObject { ["Key"] = "colour", ["Value"] = "green" }),
    };

    /// <summary>The folder of a cluster's YARN.</summary>
    internal string YarnOf(string cluster) => Path.Combine(Cloud.Settings.ClusterFolder, cluster, "yarn");

    internal async Task<string> RentAsync(
        string name, bool keepAlive, long? idleSeconds = null, (string Key, string[] Arguments)? bootstrap = null, JsonObject[]? steps = null)
    {
        var request = Request(name);
        request["Instances"]!["KeepJobFlowAliveWhenNoSteps"] = keepAlive;
        request["Steps"] = new JsonArray([.. steps ?? []]);
        if (idleSeconds is not null)
            request["AutoTerminationPolicy"] = new JsonObject { ["IdleTimeout"] = idleSeconds };
        if (bootstrap is var (key, arguments))
        {
            request["BootstrapActions"] = new JsonArray(new JsonObject
            {
                ["Name"] = "boot",
                ["ScriptBootstrapAction"] = new JsonObject
                {
                    ["Path"] = $"s3://{Bucket}/{key}",
                    ["Args"] = new JsonArray([.. arguments.Select(argument => (JsonNode)argument)]),
                },
            });
        }

        return (string)(await CallAsync("emr", "RunJobFlow", request))["JobFlowId"]!;
    }

    internal Task<JsonNode> ReachedAsync(string id, params string[] states) => Eventually.FoundAsync(
        async () =>
        {
            var cluster = (await CallAsync("emr", "DescribeCluster", new JsonObject { ["ClusterId"] = id }))["Cluster"]!;
            var state = (string)cluster["Status"]!["State"]!;
            if (ClusterState.IsFinal(state) && !states.Contains(state))
                throw new Xunit.Sdk.XunitException($"{string.Join(" or ", states)} of {id}: it is {cluster["Status"]!.ToJsonString()}");
            return states.Contains(state) ? cluster : null;
        },
        $"{string.Join(" or ", states)} of {id}");

    internal Task<JsonNode> EndedAsync(string id) => ReachedAsync(id, "TERMINATED", "TERMINATED_WITH_ERRORS");

    /// <summary>
    /// The states that EventBridge told of, as many as were awaited, sorted by name: like EventBridge itself, the
    /// deliveries to a function keep no order.
    /// </summary>
    internal Task<string[]> ToldAsync(string kind, string cluster, int count) => Eventually.FoundAsync(
        () =>
        {
            var states = Recorded.Read(Path.Combine(Folder, "told"))
                .Where(told => (string)told["detail-type"]! == kind && (string)told["detail"]!["clusterId"]! == cluster)
                .Select(told => (string)told["detail"]!["state"]!).Order(StringComparer.Ordinal).ToArray();
            return Task.FromResult(states.Length >= count ? states : null);
        },
        $"{count} events '{kind}' of {cluster}");

    internal async Task<string> LogAsync(string cluster, string nameEnd)
    {
        var listed = await S3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = Bucket, Prefix = $"logs/{cluster}/" });
        var key = listed.S3Objects.Select(entry => entry.Key).Single(key => key.EndsWith(nameEnd + ".gz", StringComparison.Ordinal));
        using var found = await S3.GetObjectAsync(Bucket, key);
        await using var unpacked = new GZipStream(found.ResponseStream, CompressionMode.Decompress);
        using var reader = new StreamReader(unpacked);
        return await reader.ReadToEndAsync();
    }

    private static JsonObject Fleet(string type, int onDemand, int spot) => new()
    {
        ["Name"] = type,
        ["InstanceFleetType"] = type,
        ["TargetOnDemandCapacity"] = onDemand,
        ["TargetSpotCapacity"] = spot,
        ["InstanceTypeConfigs"] = new JsonArray(new JsonObject
        {
            ["InstanceType"] = "m6i.xlarge",
            ["WeightedCapacity"] = type == "MASTER" ? 1 : 4,
        }),
    };
}
