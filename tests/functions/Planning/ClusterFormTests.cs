using System.Diagnostics;
using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Pomona.Functions.Planning;

namespace Pomona.Functions.Tests.Planning;

public sealed class ClusterFormTests
{
    private static readonly ClusterTypes All = ClusterTypes.Of(ClusterForm.TaskTypes, offered: null, "emr-7.7.0", withTasks: true);
    private static readonly string[] Subnets = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"];

    [Fact]
    public void Primary_and_core_are_On_Demand_and_tasks_are_Spot_of_at_least_ten_types_that_fall_back_to_On_Demand()
    {
        var instances = ClusterForm.Instances(new ClusterSize(4, 8, 32, Spot: true), All, Subnets, "key");

        var fleets = instances["InstanceFleets"]!.AsArray();
        Assert.Equal(["MASTER", "CORE", "TASK"], fleets.Select(f => (string)f!["InstanceFleetType"]!));
        Assert.Equal([1, 8, null], fleets.Select(f => (int?)f!["TargetOnDemandCapacity"]));
        Assert.Equal([null, null, 32], fleets.Select(f => (int?)f!["TargetSpotCapacity"]));
        var types = fleets[2]!["InstanceTypeConfigs"]!.AsArray();
        Assert.InRange(types.Select(t => (string)t!["InstanceType"]!).Distinct().Count(), 10, 30);
        var spot = fleets[2]!["LaunchSpecifications"]!["SpotSpecification"]!;
        Assert.Equal(("SWITCH_TO_ON_DEMAND", "price-capacity-optimized"), ((string)spot["TimeoutAction"]!, (string)spot["AllocationStrategy"]!));
        Assert.Equal("key", (string)instances["Ec2KeyName"]!);
        Assert.Equal(Subnets, instances["Ec2SubnetIds"]!.AsArray().Select(s => (string)s!));
    }

    [Fact]
    public void Without_task_nodes_there_is_no_task_fleet_and_without_a_key_no_key()
    {
        var instances = ClusterForm.Instances(new ClusterSize(4, 4, 0, Spot: true), All, Subnets, null);

        Assert.Equal(2, instances["InstanceFleets"]!.AsArray().Count);
        Assert.False(instances.ContainsKey("Ec2KeyName"));
    }

    [MotoFact]
    public void Every_member_is_one_that_EMR_s_own_API_model_knows_and_allows()
    {
        using var model = ApiModel("emr", "2009-03-31");
        var shapes = model.RootElement.GetProperty("shapes");
        foreach (var size in new[] { new ClusterSize(4, 4, 0, true), new ClusterSize(4, 8, 64, true), new ClusterSize(4, 8, 64, false) })
        {
            Check(shapes, "JobFlowInstancesConfig", ClusterForm.Instances(size, All, Subnets, "key"), "Instances");
            Check(shapes, "ApplicationList", ClusterForm.Applications(notebooks: true), "Applications");
        }
    }

    [MotoFact]
    public void In_every_region_there_are_types_enough_for_every_fleet()
    {
        var regions = Directory.GetFiles(Path.Combine(FolderOf("moto"), "ec2/resources/instance_type_offerings/region"), "*.json.gz");

        Assert.True(regions.Length >= 30, "moto's list of regions is not where it was");
        Assert.All(regions, region =>
        {
            using var offers = Unpacked(region);
            var offered = offers.RootElement.EnumerateArray().Select(offer => offer.GetProperty("InstanceType").GetString()!).ToHashSet();
            var types = ClusterTypes.Of(ClusterForm.TaskTypes, offered, "emr-7.7.0", withTasks: true);

            Assert.True(types.OnDemand.Count >= 4 && types.Task.Count >= 6, $"{region}: {types.OnDemand.Count} and {types.Task.Count}");
        });
    }

    /// <summary>botocore, installed with moto, carries the model that the SDKs are made from.</summary>
    private static JsonDocument ApiModel(string service, string version)
        => Unpacked(Path.Combine(FolderOf("botocore"), "data", service, version, "service-2.json.gz"));

    private static JsonDocument Unpacked(string path)
    {
        using var file = File.OpenRead(path);
        using var unpacked = new GZipStream(file, CompressionMode.Decompress);
        return JsonDocument.Parse(unpacked);
    }

    private static string FolderOf(string package)
    {
        using var python = Process.Start(new ProcessStartInfo("python3", ["-c", $"import importlib.util, os; print(os.path.dirname(importlib.util.find_spec('{package}').origin))"])
        {
            RedirectStandardOutput = true,
        })!;
        var folder = python.StandardOutput.ReadToEnd().Trim();
        python.WaitForExit();
        return folder;
    }

    private static void Check(JsonElement shapes, string name, JsonNode? value, string path)
    {
        var shape = shapes.GetProperty(name);
        switch (shape.GetProperty("type").GetString())
        {
            case "structure":
                var members = shape.GetProperty("members");
                foreach (var (member, inner) in value!.AsObject())
                {
                    Assert.True(members.TryGetProperty(member, out var of), $"{path}.{member} is not in the model");
                    Check(shapes, of.GetProperty("shape").GetString()!, inner, $"{path}.{member}");
                }

                if (shape.TryGetProperty("required", out var required))
                    Assert.All(required.EnumerateArray(), r => Assert.True(value.AsObject().ContainsKey(r.GetString()!), $"{path}.{r} is required"));
                break;
            case "list":
                foreach (var item in value!.AsArray())
                    Check(shapes, shape.GetProperty("member").GetProperty("shape").GetString()!, item, path + "[]");
                break;
            case "map":
                foreach (var (key, inner) in value!.AsObject())
                {
                    Check(shapes, shape.GetProperty("key").GetProperty("shape").GetString()!, key, $"{path} key");
                    Check(shapes, shape.GetProperty("value").GetProperty("shape").GetString()!, inner, $"{path}.{key}");
                }

                break;
            case "string":
                var text = (string)value!;
                if (shape.TryGetProperty("enum", out var allowed))
                    Assert.Contains(text, allowed.EnumerateArray().Select(e => e.GetString()));
                if (shape.TryGetProperty("max", out var max))
                    Assert.True(text.Length <= max.GetInt32(), path);
                // The model writes code points beyond U+FFFF as surrogate pairs, which .NET's ranges cannot hold.
                if (shape.TryGetProperty("pattern", out var pattern))
                    Assert.Matches(new Regex($"^(?:{pattern.GetString()!.Replace(@"\uD800\uDC00-\uDBFF\uDFFF", @"\uD800-\uDFFF", StringComparison.Ordinal)})$"), text);
                break;
            case "integer":
                var number = (int)value!;
                if (shape.TryGetProperty("min", out var least))
                    Assert.True(number >= least.GetInt32(), path);
                break;
            case "boolean":
                _ = (bool)value!;
                break;
            case var other:
                Assert.Fail($"{path}: {other}");
                break;
        }
    }
}
