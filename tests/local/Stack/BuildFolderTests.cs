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

    public void Dispose() => Directory.Delete(_root, recursive: true);
}
