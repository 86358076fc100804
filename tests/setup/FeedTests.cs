namespace Pomona.Setup.Tests;

/// <summary>The table of docs/stand-ins.md: what happens with which feed. Plum.Cloud has a stand-in, the other packages have none.</summary>
public sealed class FeedTests : IDisposable
{
    private readonly MiniatureRepository _repository = new();

    public FeedTests()
    {
        _repository.Environment["POMONA_MODEL"] = "named.onnx";
        _repository.StandIn("Plum.Cloud");
        _repository.Reference("Plum.Cloud", "1.0.0");
        _repository.Reference("Plum.Image", "1.2.0");
    }

    /// <summary>What the feed has in place of a package, and what is said of it.</summary>
    public static TheoryData<string?, string> Refused => Exhaustive.IsAsked
        ? new() { { "1.1.0", "offers 1.1.0" }, { "2.0.0", "offers 2.0.0" }, { "1.2.0-rc.1", "offers 1.2.0-rc.1" }, { null, "offers none" } }
        : new() { { "2.0.0", "offers 2.0.0" }, { null, "offers none" } };

    public void Dispose() => _repository.Dispose();

    [Fact]
    public void A_feed_that_carries_everything_gives_the_real_packages_as_the_lock_file_holds_them()
    {
        CarryEverything();
        _repository.Feed.Carry("Plum.Core", "1.1.0");
        Lock("Plum.Core", "1.1.0");

        var call = _repository.Run("model").Succeeded();

        Assert.Contains("the feed carries every package", call.Said);
        Assert.Equal("Plum.Cloud 1.0.0\nPlum.Image 1.2.0\nran\n", call.Output);
        Assert.Contains("\"Plum.Core/1.1.0\"", File.ReadAllText(_repository.InFolder("job/obj/project.assets.json")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_package_that_is_not_the_one_of_the_lock_file_is_refused()
    {
        CarryEverything();
        Lock("Plum.Core", "1.0.0");
        _repository.Feed.Carry("Plum.Core", "1.0.0", ("Plum.Image", "1.2.0"));

        var call = _repository.Run("model");

        Assert.Equal("the build of job/Pomona.Job.csproj failed.", call.Refusal());
        Assert.Contains("NU1403", call.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_feed_that_lacks_packages_gets_their_stand_ins_and_a_line_that_names_them()
    {
        _repository.Feed.Carry("Plum.Image", "1.2.0");

        var call = _repository.Run("model").Succeeded();

        Assert.Contains("the feed lacks 1 packages, taken from standins/ instead: Plum.Cloud", call.Said);
        Assert.Equal("Plum.Cloud stand-in\nPlum.Image 1.2.0\nran\n", call.Output);
        Assert.True(File.Exists(_repository.InFolder("job/packages.partial-feed.lock.json")));
    }

    [Fact]
    public void Of_a_pinned_version_that_is_gone_the_nearest_later_one_is_taken_and_lock_files_give_way()
    {
        CarryEverything();
        Lock("Plum.Core", "1.0.0");
        _repository.Feed.Drop("Plum.Image", "1.2.0");
        _repository.Feed.Carry("Plum.Image", "1.4.0");
        _repository.Feed.Carry("Plum.Image", "1.9.0");

        var call = _repository.Run("model").Succeeded();

        Assert.Equal("Plum.Cloud 1.0.0\nPlum.Image 1.4.0\nran\n", call.Output);
        Assert.Contains("the feed lacks Plum.Image 1.2.0: 1.4.0 is taken instead, lock files give way, and nothing is bundled before the pin is raised", call.Said);
        Assert.Contains("\"1.2.0\"", File.ReadAllText(_repository.InFolder("job/packages.whole-feed.lock.json")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_later_version_of_a_package_goes_before_its_stand_in()
    {
        _repository.Feed.Carry("Plum.Image", "1.2.0");
        _repository.Feed.Carry("Plum.Cloud", "1.3.0");

        Assert.Equal("Plum.Cloud 1.3.0\nPlum.Image 1.2.0\nran\n", _repository.Run("model").Succeeded().Output);
    }

    [Fact]
    public void A_later_version_is_also_taken_of_what_a_package_asks_for_and_of_what_every_project_refers_to()
    {
        CarryEverything();
        _repository.Feed.Carry("Plum.Image", "1.2.0", ("Plum.Pixel", "2.0.0"));
        _repository.Feed.Carry("Plum.Pixel", "2.5.0");
        _repository.PinGlobally("Plum.Rules", "1.0.0");
        _repository.Feed.Carry("Plum.Rules", "1.0.1");

        var call = _repository.Run("model").Succeeded();

        Assert.Contains(call.Said, static line => line.StartsWith("the feed lacks Plum.Pixel 2.0.0: 2.5.0 is taken instead", StringComparison.Ordinal));
        Assert.Contains("""Include="Plum.Pixel" Version="2.5.0" Wanted="2.0.0" Pin="Plum.Image" """.TrimEnd(), _repository.Answer, StringComparison.Ordinal);
        Assert.Contains("Plum.Rules 1.0.1\n", call.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_later_version_asks_for_is_raised_with_it()
    {
        _repository.Reference("Plum.Core", "1.0.0");
        CarryEverything();
        _repository.Feed.Drop("Plum.Image", "1.2.0");
        _repository.Feed.Carry("Plum.Image", "1.4.0", ("Plum.Core", "1.1.0"));
        _repository.Feed.Carry("Plum.Core", "1.1.0");

        Assert.Equal("Plum.Cloud 1.0.0\nPlum.Image 1.4.0\nPlum.Core 1.1.0\nran\n", _repository.Run("model").Succeeded().Output);
    }

    [Fact]
    public void Nothing_is_bundled_with_a_later_version_than_the_pinned_one()
    {
        CarryEverything();
        _repository.Feed.Drop("Plum.Image", "1.2.0");
        _repository.Feed.Carry("Plum.Image", "1.4.0");
        _repository.Run("model").Succeeded();

        var refusal = _repository.Run("bundle", "functions").Refusal();

        Assert.Contains("Plum.Image 1.4.0 in place of 1.2.0 (raise the pin of Plum.Image in Directory.Packages.props)", refusal, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_repository.InFolder("dist")));
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void Only_older_versions_or_another_major_one_are_refused_in_one_sentence(string? served, string offer)
    {
        CarryEverything();
        _repository.Feed.Drop("Plum.Image", "1.2.0");
        if (served is not null)
            _repository.Feed.Carry("Plum.Image", served);

        var call = _repository.Run("model");

        var refusal = call.Refusal();
        Assert.StartsWith("the NuGet feed lacks Plum.Image", refusal, StringComparison.Ordinal);
        Assert.Contains(offer, refusal, StringComparison.Ordinal);
        Assert.Contains("use a feed that carries it", refusal, StringComparison.Ordinal);
        Assert.DoesNotContain("NU1", call.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_package_asks_for_and_the_feed_has_only_of_another_major_version_is_refused_as_well()
    {
        CarryEverything();
        _repository.Feed.Carry("Plum.Image", "1.2.0", ("Plum.Pixel", "2.0.0"));
        _repository.Feed.Carry("Plum.Pixel", "3.0.0");

        Assert.StartsWith("the NuGet feed lacks Plum.Pixel 2.0.0, which Pomona.Job needs, and offers 3.0.0", _repository.Run("model").Refusal(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_feed_that_changed_is_noticed_when_a_restore_fails_and_asked_again_by_itself()
    {
        _repository.StandIn("Plum.Image");
        _repository.Feed.Carry("Plum.Image", "1.2.0");
        Assert.Equal("Plum.Cloud stand-in\nPlum.Image 1.2.0\nran\n", _repository.Run("model").Succeeded().Output);

        CarryEverything();
        _repository.Feed.Drop("Plum.Image", "1.2.0");
        Directory.Delete(_repository.Cache, recursive: true);
        _repository.Write("job/another.cs", "");
        var call = _repository.Run("model").Succeeded();

        Assert.Equal("Plum.Cloud 1.0.0\nPlum.Image stand-in\nran\n", call.Output);
        Assert.Single(call.Said, static line => line.StartsWith("asking the NuGet feed", StringComparison.Ordinal));
    }

    [Fact]
    public void A_package_that_only_the_machine_s_cache_holds_is_used_whole_or_left_aside()
    {
        CarryEverything();
        _repository.Run("model").Succeeded();
        _repository.Feed.Drop("Plum.Cloud", "1.0.0");
        _repository.Feed.Drop("Plum.Core", "1.0.0");

        Assert.Contains("the feed carries every package", _repository.Run("setup", "--refresh").Succeeded().Said);
        Assert.StartsWith("Plum.Cloud 1.0.0\n", _repository.Run("model").Succeeded().Output, StringComparison.Ordinal);

        Directory.Delete(Path.Combine(_repository.Cache, "plum.core"), recursive: true);

        Assert.DoesNotContain("the feed carries every package", _repository.Run("setup", "--refresh").Succeeded().Said);
        Assert.StartsWith("Plum.Cloud stand-in\n", _repository.Run("model").Succeeded().Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_feed_that_does_not_answer_is_said_in_one_sentence()
    {
        _repository.RestoreFrom($"http://127.0.0.1:{LoopbackServer.FreePort()}/index.json");

        var call = _repository.Run("model");

        Assert.StartsWith("the NuGet feed did not answer: check the network and 'dotnet nuget list source', then try again", call.Refusal(), StringComparison.Ordinal);
        Assert.DoesNotContain("NU1", call.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Known_advisories_are_warnings_in_the_log_and_no_failed_build()
    {
        CarryEverything();
        using var server = new PackageServer(_repository.Feed.Path);
        (string Package, string Version)[] warned = [("Plum.Image", "1.2.0"), ("Plum.Core", "1.0.0")]; // the second is transitive: Plum.Cloud asks for it
        foreach (var (package, version) in warned)
            server.Warn(package, $"[{version}]");
        _repository.RestoreFrom(server.Address);

        var call = _repository.Run("model").Succeeded();

        var log = File.ReadAllText(_repository.InFolder(".pomona/build.log"));
        foreach (var (package, version) in warned)
        {
            Assert.Contains($"an advisory of high severity is known for {package} {version}: .pomona/build.log has its address", call.Said);
            Assert.Contains($"warning NU1903: Package '{package}' {version} has a known high severity vulnerability", log, StringComparison.Ordinal);
        }
        Assert.Equal("Plum.Cloud 1.0.0\nPlum.Image 1.2.0\nran\n", call.Output);
    }

    private void CarryEverything()
    {
        _repository.Feed.Carry("Plum.Cloud", "1.0.0", ("Plum.Core", "1.0.0"));
        _repository.Feed.Carry("Plum.Core", "1.0.0");
        _repository.Feed.Carry("Plum.Image", "1.2.0");
    }

    /// <summary>Writes the job's lock file for a feed that carries everything.</summary>
    private void Lock(string transitive, string version) => _repository.Write("job/packages.whole-feed.lock.json", $$"""
        {
          "version": 2,
          "dependencies": {
            "net10.0": {
              "Plum.Cloud": { "type": "Direct", "requested": "[1.0.0, )", "resolved": "1.0.0", "contentHash": "{{_repository.Feed.Hash("Plum.Cloud", "1.0.0")}}", "dependencies": { "Plum.Core": "1.0.0" } },
              "Plum.Image": { "type": "Direct", "requested": "[1.2.0, )", "resolved": "1.2.0", "contentHash": "{{_repository.Feed.Hash("Plum.Image", "1.2.0")}}" },
              "{{transitive}}": { "type": "Transitive", "resolved": "{{version}}", "contentHash": "{{_repository.Feed.Hash(transitive, version)}}" }
            }
          }
        }
        """);
}
