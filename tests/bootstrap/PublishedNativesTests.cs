namespace Pomona.Bootstrap.Tests;

/// <summary>
/// The job for each system that README names, and the functions' packages, as dotnet publish makes them: with the native libraries
/// that they need, under the names by which they are looked for beside the program, and loadable where they go. This feed
/// lacks packages, so stand-ins are let in; they hold nothing native.
/// </summary>
public sealed class PublishedNativesTests(PublishedNativesTests.Published published)
    : IClassFixture<PublishedNativesTests.Published>
{
    // What Amazon Linux 2023 carries: glibc 2.34 and the libstdc++ of GCC 11.
    private static readonly Dictionary<string, Version> AmazonLinux = new(StringComparer.Ordinal)
    {
        ["GLIBC"] = new(2, 34),
        ["GLIBCXX"] = new(3, 4, 29),
        ["CXXABI"] = new(1, 3, 13),
        ["GCC"] = new(11, 0),
    };

    private static readonly Dictionary<string, string[]> LibrariesOf = new(StringComparer.Ordinal)
    {
        ["linux-x64"] = ["libonnxruntime.so", "libvips.so.42", "Magick.Native-Q8-x64.dll.so"],
        ["linux-arm64"] = ["libonnxruntime.so", "libvips.so.42", "Magick.Native-Q8-arm64.dll.so"],
        ["osx-arm64"] = ["libonnxruntime.dylib", "libvips.42.dylib", "Magick.Native-Q8-arm64.dll.dylib"],
    };

    public static TheoryData<string> Systems => new(LibrariesOf.Keys);

    public static TheoryData<string> Linuxes => new(LibrariesOf.Keys.Where(static system => system.StartsWith("linux", StringComparison.Ordinal)));

    [ExhaustiveTheory]
    [MemberData(nameof(Systems))]
    public void The_job_carries_each_native_library_of_its_system_beside_the_program(string system)
    {
        var libraries = LibrariesOf[system];
        var folder = published.Job(system);

        Assert.All(libraries, library => Assert.True(File.Exists(Path.Combine(folder, library)), library));
        Assert.True(File.Exists(Path.Combine(folder, "Pomona.Job.dll")));
        Assert.Single(Directory.EnumerateFiles(folder, "Magick.Native*", SearchOption.AllDirectories));
    }

    [ExhaustiveTheory]
    [MemberData(nameof(Linuxes))]
    public void The_job_s_native_libraries_ask_for_nothing_that_Amazon_Linux_2023_lacks(string system)
    {
        var natives = NativesIn(published.Job(system));

        Assert.True(natives.Count >= 2);
        Assert.All(natives, AsksForLittle);
    }

    /// <summary>A publish takes them from the same packages as the build, which has them for all systems.</summary>
    [Fact]
    public void Nor_does_any_that_the_build_carries_for_a_Linux()
    {
        foreach (var (system, libraries) in LibrariesOf.Where(static of => of.Key.StartsWith("linux", StringComparison.Ordinal)))
        {
            var natives = NativesIn(Built(system));

            Assert.Superset(libraries.Where(static library => !library.StartsWith("Magick", StringComparison.Ordinal)).ToHashSet(), natives.Select(Path.GetFileName).ToHashSet()!);
            Assert.All(natives, AsksForLittle);
        }
    }

    [ExhaustiveFact]
    public void So_do_the_functions_native_libraries() => Assert.All(NativesIn(published.Functions()), AsksForLittle);

    [ExhaustiveFact]
    public void The_package_that_works_on_shards_is_one_that_Lambda_takes_with_all_that_it_needs_and_nothing_of_Spark()
    {
        var files = new DirectoryInfo(published.Shards()).EnumerateFiles("*", SearchOption.AllDirectories).ToArray();

        Assert.Superset(LibrariesOf["linux-x64"].Append("ParquetSharpNative.so").ToHashSet(), files.Select(static file => file.Name).ToHashSet());
        Assert.All(files.Select(static file => file.FullName).Where(ElfFile.Is), AsksForLittle);
        Assert.DoesNotContain(files, static file => file.Name.Contains("spark", StringComparison.OrdinalIgnoreCase));
        Assert.InRange(files.Sum(static file => file.Length), 1, 262_144_000);
    }

    [Fact]
    public void What_a_library_asks_for_is_read_as_readelf_reads_it()
    {
        var library = Path.Combine(Built("linux-x64"), "libonnxruntime.so");
        var versions = ElfFile.VersionsNeededBy(library);

        Assert.Contains("GLIBC_2.28", versions);
        Assert.Contains(versions, version => version.StartsWith("GLIBCXX_3.4.", StringComparison.Ordinal));
        Assert.False(IsCarried("GLIBC_2.35"));
        Assert.False(IsCarried("GLIBCXX_3.4.30"));
        Assert.False(IsCarried("GLIBC_ABI_DT_RELR"));
        Assert.True(IsCarried("GLIBC_2.34"));
    }

    private static string Built(string system) => RepositoryRoot.File($"job/bin/Release/net10.0/runtimes/{system}/native");

    private static List<string> NativesIn(string folder)
        => [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(ElfFile.Is)];

    private static void AsksForLittle(string path)
        => Assert.All(ElfFile.VersionsNeededBy(path), version => Assert.True(IsCarried(version), $"{path} needs {version}"));

    // Names of glibc's without a number (GLIBC_PRIVATE, GLIBC_ABI_DT_RELR) belong to no release that could be relied on.
    private static bool IsCarried(string version)
    {
        var parts = version.Split('_', 2);
        return !AmazonLinux.TryGetValue(parts[0], out var carried)
            || (Version.TryParse(parts[1].Contains('.', StringComparison.Ordinal) ? parts[1] : $"{parts[1]}.0", out var asked)
                && asked <= carried);
    }

    /// <summary>Published once each, with intermediate files of their own, so that other builds are left alone.</summary>
    public sealed class Published : IDisposable
    {
        private readonly string _folder = Directory.CreateTempSubdirectory("pomona-published-").FullName;

        public string Job(string system) => Publish("job", "Pomona.Job", system, "-f", "net10.0", "-r", system, "--self-contained", "false");

        public string Shards() => Publish("shards", "Pomona.Shards", "shards", "-r", "linux-x64", "--self-contained", "false");

        public string Functions() => Publish("functions", "Pomona.Functions", "functions");

        public void Dispose() => Directory.Delete(_folder, recursive: true);

        private string Publish(string project, string name, string into, params string[] options)
        {
            lock (_folder)
            {
                var output = Path.Combine(_folder, into);
                if (Directory.Exists(output))
                    return output;
                var ended = Tool.Run("dotnet",
                [
                    "publish", RepositoryRoot.File($"{project}/{name}.csproj"), "-c", "Release", "-o", output,
                    "--artifacts-path", Path.Combine(_folder, "artifacts"), "--nologo", "-v", "quiet", "-clp:NoSummary",
                    "-p:AllowStandIns=true", "-p:RunAnalyzers=false", "-nodeReuse:false", .. options,
                ]);
                Assert.True(ended.ExitCode == 0, ended.Output);
                return output;
            }
        }
    }
}
