using System.Globalization;
using System.Text.Json.Nodes;

namespace Pomona.Setup.Tests;

/// <summary>./pomona setup, and what it says of itself.</summary>
public sealed class SetUpTests : IDisposable
{
    private readonly MiniatureRepository _repository = new();

    public SetUpTests()
    {
        _repository.Environment["POMONA_MODEL"] = "named.onnx";
        _repository.Reference("Plum.Image", "1.2.0");
        _repository.StandIn("Plum.Cloud");
        _repository.PretendToBuild();
    }

    public void Dispose() => _repository.Dispose();

    [Fact]
    public void What_from_where_and_how_large_is_said_before_anything_is_installed()
    {
        var said = _repository.Run("setup").Succeeded().Said;

        Assert.Equal("this sets up, where it is not there yet:", said[0]);
        Assert.StartsWith("  the .NET SDK, unless this machine has one: 10.0.401, 240 MB from https://builds.dotnet.microsoft.com/", said[1], StringComparison.Ordinal);
        Assert.Matches("^  NuGet packages: about [1-9][0-9]* MB from https://packages.example/index.json$", said[2]);
        Assert.Matches("^  the fallback model's weights, where no model is named, cached or within reach: about [1-9][0-9]* MB from npm", said[3]);
        Assert.Equal("asking the NuGet feed which packages it carries", said[4]);
    }

    [Fact]
    public void A_refresh_asks_the_feed_again()
    {
        _repository.Run("setup").Succeeded();
        Assert.DoesNotContain("asking the NuGet feed which packages it carries", _repository.Run("setup").Succeeded().Said);

        Assert.Contains("asking the NuGet feed which packages it carries", _repository.Run("setup", "--refresh").Succeeded().Said);
    }

    [Theory]
    [InlineData("another source")]
    [InlineData("another pin")]
    [InlineData("another stand-in")]
    public void Another_question_is_asked(string change)
    {
        _repository.Run("setup").Succeeded();
        switch (change)
        {
            case "another source": _repository.RestoreFrom(_repository.Temporary); break;
            case "another pin": _repository.Pin("Plum.Image", "1.3.0"); break;
            default: _repository.StandIn("Plum.Queue"); break;
        }

        Assert.Contains("asking the NuGet feed which packages it carries", _repository.Run("model").Succeeded().Said);
    }

    [Fact]
    public void The_size_that_is_said_of_the_NuGet_packages_is_theirs()
    {
        var assets = RepositoryRoot.File("job/obj/project.assets.json");
        var restored = JsonNode.Parse(File.ReadAllText(assets))!;
        var folder = restored["packageFolders"]!.AsObject().First().Key;
        var bytes = restored["libraries"]!.AsObject()
            .Where(static library => (string)library.Value!["type"]! == "package")
            .Sum(library => new DirectoryInfo(Path.Combine(folder, (string)library.Value!["path"]!)).EnumerateFiles("*.nupkg").Sum(static file => file.Length));
        var said = File.ReadLines(RepositoryRoot.File("setup/sizes.txt")).Select(static line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Single(static words => words is ["nuget", _])[1];

        Assert.InRange(double.Parse(said, CultureInfo.InvariantCulture), bytes / 1e6 * 0.8, bytes / 1e6 * 1.2);
    }
}
