using Pomona.Local.Account;
using Pomona.Local.Stack.Resources;

namespace Pomona.Local.Tests.Stack;

public sealed class BuildFolderTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("pomona-root-").FullName;

    [Fact]
    public void A_build_that_broke_off_is_no_function()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_root, "functions/bin/Release/net10.0")).FullName;
        var refused = Assert.Throws<LocalCloudException>(() => FunctionType.BuildFolder(_root, "functions", "Pomona.Functions::A.B::C"));
        Assert.Contains("Pomona.Functions.dll does not exist: build functions first", refused.Message, StringComparison.Ordinal);

        File.WriteAllText(Path.Combine(folder, "Pomona.Functions.dll"), "assembly");
        Assert.Equal(folder + "/", FunctionType.BuildFolder(_root, "functions", "Pomona.Functions::A.B::C"));
    }

    [Fact]
    public void A_package_holds_the_natives_of_its_own_processor_and_no_others()
    {
        foreach (var (file, bytes) in (ReadOnlySpan<(string, int)>)[("a.dll", 1), ("runtimes/linux-x64/native/b.so", 10), ("runtimes/linux-arm64/native/b.so", 100), ("runtimes/win-x64/native/b.dll", 1000)])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(_root, file))!);
            File.WriteAllBytes(Path.Combine(_root, file), new byte[bytes]);
        }

        Assert.Equal(11, FunctionType.PackageBytes(_root, "x86_64"));
        Assert.Equal(101, FunctionType.PackageBytes(_root, "arm64"));
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);
}
