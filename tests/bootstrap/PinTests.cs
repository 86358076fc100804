using System.Security.Cryptography;
using System.Text.Json;

namespace Pomona.Bootstrap.Tests;

/// <summary>A maintainer's command: what it fetches is pinned only where two sources say the same.</summary>
public sealed class PinTests : IDisposable
{
    private readonly Sandbox _sandbox = new();

    public PinTests()
    {
        _sandbox.Environment["POMONA_ROOT"] = Path.Combine(_sandbox.Folder, "repository");
        _sandbox.Write("repository/bootstrap/pin_python.py", File.ReadAllText(RepositoryRoot.File("bootstrap/pin_python.py")));
        _sandbox.Write("repository/local/Moto/requirements.txt", "moto==5.2.1\n");
        // curl … --output FILE ADDRESS
        _sandbox.Command("curl", $"""
            while [ $# -gt 1 ]; do [ "$1" != --output ] || out="$2"; shift; done
            case "$1" in https://api.github.com/*) cp '{_sandbox.Folder}/release.json' "$out" ;; *) printf worker > "$out" ;; esac
            """);
        _sandbox.Command("dotnet", "exit 0");
    }

    private string Pinned => Path.Combine(_sandbox.Folder, "repository/bootstrap/spark-worker.sha512");

    public void Dispose() => _sandbox.Dispose();

    [Fact]
    public void The_worker_is_pinned_by_its_sha512_where_the_release_describes_it_so()
    {
        Describe(Convert.ToHexStringLower(SHA256.HashData("worker"u8)));

        var ended = _sandbox.Run("bootstrap/pin.sh", "worker");

        Assert.True(ended.ExitCode == 0, ended.Errors);
        Assert.Equal(Convert.ToHexStringLower(SHA512.HashData("worker"u8)), File.ReadAllText(Pinned).Trim());
        Assert.All(_sandbox.Calls.Where(static call => call.StartsWith("curl", StringComparison.Ordinal)), static call => Assert.Contains(@"--proto =https", call, StringComparison.Ordinal));
    }

    [Fact]
    public void Another_file_than_the_release_describes_or_than_one_s_own_is_not_pinned()
    {
        Describe(new string('0', 64));
        Assert.Contains("nothing is pinned", _sandbox.Run("bootstrap/pin.sh", "worker").Errors, StringComparison.Ordinal);

        Describe(Convert.ToHexStringLower(SHA256.HashData("worker"u8)));
        _sandbox.Environment["POMONA_SPARK_WORKER"] = _sandbox.Write("mine.tar.gz", "another worker");
        Assert.Contains("is not the release's", _sandbox.Run("bootstrap/pin.sh", "worker").Errors, StringComparison.Ordinal);

        Assert.False(File.Exists(Pinned));
    }

    [Fact]
    public void Python_packages_are_pinned_with_the_sums_of_all_their_files_and_what_the_index_does_not_name_is_refused()
    {
        var (mine, other) = (new string('a', 64), new string('b', 64));
        var report = _sandbox.Write("report.json", JsonSerializer.Serialize(new
        {
            install = new[]
            {
                new { metadata = new { name = "ruamel.yaml", version = "1.0" }, download_info = new { archive_info = new { hashes = new { sha256 = mine } } } },
                new { metadata = new { name = "Moto", version = "5.2.1" }, download_info = new { archive_info = new { hashes = new { sha256 = mine } } } },
            },
        }));
        foreach (var package in new[] { "moto/5.2.1", "ruamel-yaml/1.0" })
            _sandbox.Write($"pypi/{package}/json", $$$"""{"urls":[{"digests":{"sha256":"{{{other}}}"}},{"digests":{"sha256":"{{{mine}}}"}}]}""");

        var locked = Tool.Run("python3", [RepositoryRoot.File("bootstrap/pin_python.py"), report, $"file://{_sandbox.Folder}/pypi"]);

        Assert.True(locked.ExitCode == 0, locked.Output);
        Assert.Contains($"moto==5.2.1 \\\n    --hash=sha256:{mine} \\\n    --hash=sha256:{other}\nruamel-yaml==1.0 ", locked.Output.ReplaceLineEndings("\n"), StringComparison.Ordinal);

        _sandbox.Write("pypi/moto/5.2.1/json", $$$"""{"urls":[{"digests":{"sha256":"{{{other}}}"}}]}""");
        Assert.NotEqual(0, Tool.Run("python3", [RepositoryRoot.File("bootstrap/pin_python.py"), report, $"file://{_sandbox.Folder}/pypi"]).ExitCode);
    }

    [Fact]
    public void A_partial_feed_pins_no_packages_and_a_whole_one_evaluates_all_projects_anew()
    {
        _sandbox.Write("repository/.pomona/feed.props", "<PomonaFeed>partial</PomonaFeed>");
        Assert.Contains("your NuGet feed lacks packages", _sandbox.Run("bootstrap/pin.sh", "packages").Errors, StringComparison.Ordinal);
        Assert.DoesNotContain(_sandbox.Calls, static call => call.StartsWith("dotnet", StringComparison.Ordinal));

        _sandbox.Write("repository/.pomona/feed.props", "<PomonaFeed>whole</PomonaFeed>");
        Assert.Equal(0, _sandbox.Run("bootstrap/pin.sh", "packages").ExitCode);
        Assert.Contains("--force-evaluate -p:UseStandIns=false", Assert.Single(_sandbox.Calls, static call => call.StartsWith("dotnet", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    private void Describe(string sha256) => _sandbox.Write(
        "release.json", $$"""{"assets":[{"name":"Microsoft.Spark.Worker.net8.0.linux-x64-2.3.1.tar.gz","digest":"sha256:{{sha256}}"}]}""");
}
