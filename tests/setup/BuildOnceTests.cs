namespace Pomona.Setup.Tests;

/// <summary>A call whose sources and feed have not changed neither asks the feed nor restores nor builds.</summary>
public sealed class BuildOnceTests : IDisposable
{
    private readonly MiniatureRepository _repository = new();

    public BuildOnceTests()
    {
        _repository.Environment["POMONA_MODEL"] = "named.onnx";
        _repository.Reference("Plum.Image", "1.2.0");
        _repository.StandIn("Plum.Cloud");
        _repository.Write("job/Pipeline/Stage.cs", "// one");
        _repository.Write("tests/job/StageTests.cs", "// one");
        _repository.Write("README.md", "one");
        _repository.PretendToBuild();
        _repository.Run("model").Succeeded();
    }

    public static TheoryData<string> Changes => [.. Edits.Keys];

    private static Dictionary<string, Action<MiniatureRepository>> Edits { get; } = new()
    {
        ["an edit of the same length"] = static repository => repository.Write("job/Pipeline/Stage.cs", "// two"),
        ["a file that looks older than the build"] = static repository =>
        {
            repository.Write("job/Pipeline/Stage.cs", "// two");
            File.SetLastWriteTimeUtc(repository.InFolder("job/Pipeline/Stage.cs"), new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        },
        ["a file more"] = static repository => repository.Write("job/Pipeline/Another.cs", ""),
        ["a file less"] = static repository => File.Delete(repository.InFolder("job/Pipeline/Stage.cs")),
        ["a file of another name"] = static repository => File.Move(repository.InFolder("job/Pipeline/Stage.cs"), repository.InFolder("job/Pipeline/Step.cs")),
        ["a stand-in"] = static repository => repository.Write("standins/Plum.Cloud/Origin.cs", "//"),
        ["a pin"] = static repository => repository.Pin("Plum.Image", "1.2.1"),
        ["properties of every project"] = static repository => File.AppendAllText(repository.InFolder("Directory.Build.props"), "<!-- -->"),
        ["the feed's answer"] = static repository => File.AppendAllText(repository.InFolder(".pomona/feed.props"), "<!-- -->"),
        ["no answer of the feed"] = static repository => File.Delete(repository.InFolder(".pomona/feed.props")),
        ["another SDK"] = static repository => repository.PretendToBuild(building: "true"),
        ["a program that is gone"] = static repository => File.Delete(repository.InFolder("job/bin/Release/net10.0/Pomona.Job.dll")),
        ["a program that is cut"] = static repository => File.WriteAllText(repository.InFolder("job/bin/Release/net10.0/Pomona.Job.dll"), ""),
        ["a program's folder that is gone"] = static repository => Directory.Delete(repository.InFolder("job/bin"), recursive: true),
    };

    public void Dispose() => _repository.Dispose();

    [Fact]
    public void A_second_call_only_starts_the_program()
    {
        var before = _repository.Calls.Count;

        var call = _repository.Run("model").Succeeded();

        Assert.Equal([$"dotnet {_repository.InFolder("job/bin/Release/net10.0/Pomona.Job.dll")} model"], _repository.Calls.Skip(before));
        Assert.Empty(call.Errors);
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public void A_call_builds_after(string change)
    {
        Edits[change](_repository);
        _repository.Run("model").Succeeded();

        Assert.Equal(2, Builds());
        _repository.Run("model").Succeeded();
        Assert.Equal(2, Builds());
    }

    [Fact]
    public void A_call_builds_after_another_branch_was_checked_out()
    {
        Git("init", "--quiet");
        Git("add", "--all", "--force", "job/Pipeline");
        Git("-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "--quiet", "--message=one");
        _repository.Run("model").Succeeded();
        Git("checkout", "--quiet", "-b", "other");
        _repository.Write("job/Pipeline/Stage.cs", "// two");
        Git("-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "--quiet", "--all", "--message=two");
        _repository.Run("model").Succeeded();
        Assert.Equal(2, Builds());

        Git("checkout", "--quiet", "-");
        _repository.Run("model").Succeeded();

        Assert.Equal(3, Builds());
    }

    [Theory]
    [InlineData("tests/job/StageTests.cs")]
    [InlineData("README.md")]
    [InlineData("photos/one.jpg")]
    public void A_call_does_not_build_after_what_is_no_part_of_the_program(string file)
    {
        _repository.Write(file, "two");

        _repository.Run("model").Succeeded();

        Assert.Equal(1, Builds());
    }

    [Fact]
    public void What_changes_during_a_build_is_built_the_next_time()
    {
        _repository.PretendToBuild(building: $"echo '// during' > '{_repository.InFolder("job/Pipeline/Stage.cs")}'");
        _repository.Run("model").Succeeded();
        _repository.PretendToBuild();

        _repository.Run("model").Succeeded();

        Assert.Equal(3, Builds());
    }

    [Fact]
    public void A_build_that_failed_is_tried_again_and_says_why()
    {
        _repository.PretendToBuild(building: "echo 'Stage.cs: error CS1002'; exit 1");
        var failed = _repository.Run("model");
        Assert.Equal("the build of job/Pomona.Job.csproj failed.", failed.Refusal());
        Assert.Contains("Stage.cs: error CS1002", failed.Errors, StringComparison.Ordinal);

        Assert.Equal(1, _repository.Run("model").ExitCode);

        Assert.Equal(3, Builds());
    }

    [Fact]
    public void Two_calls_at_once_build_once()
    {
        _repository.PretendToBuild(building: "sleep 1");
        var first = _repository.Start("model");
        while (Builds() < 2)
            Thread.Sleep(10);

        _repository.Run("model").Succeeded();
        first.Finish().Succeeded();

        Assert.Equal(2, Builds());
    }

    [Fact]
    public void What_a_killed_call_left_stops_nobody()
    {
        _repository.PretendToBuild(building: "sleep 2");
        var killed = _repository.Start("model");
        while (Builds() < 2)
            Thread.Sleep(10);
        killed.Kill();
        killed.Finish();
        _repository.PretendToBuild();

        _repository.Run("model").Succeeded();

        Assert.Equal(3, Builds());
        Assert.False(File.Exists(_repository.InFolder(".pomona/lock")));
    }

    private int Builds() => _repository.Calls.Count(static call => call.StartsWith("dotnet build ", StringComparison.Ordinal));

    private void Git(params string[] arguments)
    {
        using var process = System.Diagnostics.Process.Start("git", ["-C", _repository.Folder, .. arguments]);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
