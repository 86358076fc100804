using System.Reflection;

namespace Pomona.StandIns.Tests;

/// <summary>
/// Each stand-in against the description of the real package's public API that lies beside this file. The descriptions are
/// made by <c>describe_source.py</c> (from a package's sources) and <c>describe_service.py</c> (from a service's API model);
/// their first line says from what, and which version.
/// </summary>
public sealed class StandInConformanceTests
{
    private static readonly string[] Products =
    [
        "cloud/{0}/Pomona.Cloud.dll", "functions/{0}/Pomona.Functions.dll", "job/{0}/Pomona.Job.dll", "local/{0}/Pomona.Local.dll", "local/Runtime/{0}/Pomona.Local.Runtime.dll",
    ];

    public static TheoryData<string> StandIns => new(Directory
        .EnumerateFiles(RepositoryRoot.File("standins"), "*.csproj", SearchOption.AllDirectories)
        .Select(path => Path.GetFileNameWithoutExtension(path)!)
        .Where(name => name is not "Microsoft.ML.OnnxRuntime")
        .Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(StandIns))]
    public void A_stand_in_has_nothing_that_the_real_package_has_not(string package)
    {
        var real = Description(package).ToHashSet(StringComparer.Ordinal);

        AssertNone(PublicSurface.Of(Assembly.Load(package)).Where(line => !real.Contains(line)));
    }

    [Theory]
    [MemberData(nameof(StandIns))]
    public void What_the_product_calls_of_a_package_is_in_the_real_one_with_that_signature(string package)
    {
        var real = Description(package).SelectMany(UsedMembers.Erased).ToHashSet(StringComparer.Ordinal);
        var used = Used.Where(use => use.Assembly == package).Select(use => use.Member).Distinct().ToArray();

        AssertNone(used.Where(member => !real.Contains(member)));
        Assert.True(used.Length > 0, $"the product does not use {package}: remove its stand-in");
    }

    [Fact]
    public void The_rules_that_describe_a_service_package_hold_for_a_real_one()
    {
        var real = PublicSurface.Of(typeof(Amazon.DynamoDBv2.AmazonDynamoDBClient).Assembly).ToHashSet(StringComparer.Ordinal);

        AssertNone(Description("AWSSDK.DynamoDBv2").Where(line => !real.Contains(line)));
    }

    private static List<(string Assembly, string Member)> Used { get; } =
        [.. Products.Select(Built).SelectMany(UsedMembers.Of)];

    private static void AssertNone(IEnumerable<string> differing)
        => Assert.True(!differing.Any(), "Not in the real package:\n" + string.Join('\n', differing));

    private static string[] Description(string package)
        => [.. File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, package + ".api.txt"))
            .Where(line => line.Length > 0 && !line.StartsWith('#'))];

    /// <summary>A product's assembly, of the configuration that these tests are of.</summary>
    private static string Built(string product)
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        return RepositoryRoot.File(string.Format(
            System.Globalization.CultureInfo.InvariantCulture, product, $"bin/{configuration}/net10.0"));
    }
}
