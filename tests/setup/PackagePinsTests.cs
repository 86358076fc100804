using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace Pomona.Setup.Tests;

/// <summary>What Directory.Packages.props pins, and what refers to it.</summary>
public sealed class PackagePinsTests
{
    private static readonly XDocument Pins = XDocument.Load(RepositoryRoot.File("Directory.Packages.props"));

    public static TheoryData<string> ShippedWithAws => [.. ((string[])["functions/Pomona.Functions.csproj", "job/Pomona.Job.csproj", "storage/Pomona.Storage.csproj"])];

    /// <summary>On 2026-06-29 all of them went to 4.0.100 together, and each has asked for a Core of that generation since.</summary>
    [Fact]
    public void The_services_packages_are_of_the_same_generation_as_AWSSDK_Core()
    {
        var generations = Pins.Descendants("PackageVersion")
            .Where(static pin => pin.Attribute("Include")!.Value.StartsWith("AWSSDK.", StringComparison.Ordinal))
            .Select(static pin => Version.Parse(pin.Attribute("Version")!.Value))
            .Select(static version => (version.Major, version.Minor, version.Build / 100));

        Assert.Single(generations.Distinct());
    }

    [Theory]
    [MemberData(nameof(ShippedWithAws))]
    public void What_ships_refers_to_AWSSDK_Core_itself(string project)
        => Assert.Contains("AWSSDK.Core", XDocument.Load(RepositoryRoot.File(project)).Descendants("PackageReference").Select(static reference => reference.Attribute("Include")!.Value));

    [Fact]
    public void A_fixed_MessagePack_comes_beside_the_real_Spark_and_only_there()
    {
        var real = References("-p:UseStandIns=false");
        Assert.Contains("Microsoft.Spark", real.Keys);
        Assert.True(Version.Parse(Pin("MessagePack")) >= new Version(3, 1, 7));
        Assert.Contains("MessagePack", real.Keys);

        using var lacking = new MiniatureRepository();
        lacking.StandIn("Microsoft.Spark");
        lacking.Reference("Microsoft.Spark", "2.3.1");
        lacking.Write(".pomona/feed.props", """<Project><ItemGroup><MissingPackage Include="Microsoft.Spark" /></ItemGroup></Project>""");
        Assert.Empty(References(folder: lacking.Folder));
    }

    [Theory]
    [InlineData("job/native")]
    [InlineData("bench/throughput")]
    [InlineData("tests")]
    public void Every_package_of_npm_is_pinned_by_its_sum_and_comes_from_the_registry_alone(string folder)
    {
        var locked = JsonNode.Parse(File.ReadAllText(RepositoryRoot.File($"{folder}/package-lock.json")))!["packages"]!.AsObject()
            .Where(static package => package.Key.Length > 0).ToList();

        Assert.NotEmpty(locked);
        Assert.All(locked, static package =>
        {
            Assert.StartsWith("sha512-", (string?)package.Value!["integrity"], StringComparison.Ordinal);
            Assert.Null(package.Value["resolved"]); // an address of its own would pass by the registry that npm is set to
        });
    }

    private static string Pin(string package) => Pins.Descendants("PackageVersion").Single(pin => pin.Attribute("Include")!.Value == package).Attribute("Version")!.Value;

    /// <summary>The job's packages, as MSBuild evaluates them.</summary>
    private static Dictionary<string, JsonNode> References(string? option = null, string? folder = null)
    {
        var start = new ProcessStartInfo("dotnet", ["msbuild", "job/Pomona.Job.csproj", "-getItem:PackageReference", "-p:TargetFramework=net10.0", .. option is null ? (string[])[] : [option]])
        {
            RedirectStandardOutput = true,
            WorkingDirectory = folder ?? RepositoryRoot.Path,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, output);
        return JsonNode.Parse(output)!["Items"]!["PackageReference"]!.AsArray().ToDictionary(static item => (string)item!["Identity"]!, static item => item!);
    }
}
