namespace Pomona.Shards.Tests;

/// <summary>What goes to Lambda, as far as a build shows it; tests/bootstrap publishes it (POMONA_TEST_EXHAUSTIVE=1).</summary>
public sealed class PackageTests
{
    /// <summary>https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html</summary>
    private const long Largest = 250L << 20;

    /// <summary>What code compiled ahead takes at most, in sizes of what it was compiled from: 2.9 were measured of our own.</summary>
    private const int CompiledAhead = 4;

    private static readonly string Built = RepositoryRoot.File("shards/bin/Release/net10.0");

    [Fact]
    public void With_the_natives_of_its_processor_and_all_code_compiled_ahead_it_is_one_that_Lambda_takes()
    {
        var natives = Size(Path.Combine(Built, "runtimes", "linux-x64"));
        var code = new DirectoryInfo(Built).EnumerateFiles("*.dll").Sum(static file => file.Length);

        Assert.True(natives > 0 && code > 0, $"{Built} is not built");
        Assert.InRange(natives + (CompiledAhead * code), 1, Largest);
    }

    [Fact]
    public void Nothing_of_Spark_is_in_it()
    {
        Assert.DoesNotContain(Directory.EnumerateFiles(Built, "*", SearchOption.AllDirectories), static file => Path.GetFileName(file).Contains("spark", StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain("Microsoft.Spark.dll", File.ReadAllText(Path.Combine(Built, "Pomona.Shards.deps.json")), StringComparison.Ordinal);
    }

    private static long Size(string folder) => new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(static file => file.Length);
}
