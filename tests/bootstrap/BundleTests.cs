using System.Security.Cryptography;

namespace Pomona.Bootstrap.Tests;

public sealed class BundleTests : IDisposable
{
    private readonly Sandbox _sandbox = new();

    public BundleTests()
    {
        // A repository of its own, so that a test never touches dist/ or pins a worker.
        foreach (var script in new[] { "install-node.sh", "run-step.sh", "bundle.sh", "jupyter/explore-run.ipynb" })
            _sandbox.Write($"repository/bootstrap/{script}", File.ReadAllText(RepositoryRoot.File($"bootstrap/{script}")));
        _sandbox.Environment["POMONA_ROOT"] = Path.Combine(_sandbox.Folder, "repository");
        // dotnet publish PROJECT … -o FOLDER …
        _sandbox.Command("dotnet", """
            while [ $# -gt 0 ]; do [ "$1" != -o ] || out="$2"; shift; done
            mkdir -p "$out/jars"
            echo program > "$out/Pomona.Job"; echo code > "$out/Pomona.Functions.dll"
            [ ! -f "$POMONA_ROOT/../weight" ] || truncate -s "$(cat "$POMONA_ROOT/../weight")" "$out/libweights.so"
            echo jar > "$out/jars/microsoft-spark-3-5_2.12-2.3.1.jar"; echo old > "$out/jars/microsoft-spark-3-0_2.12-2.3.1.jar"
            """);
        var worker = Directory.CreateDirectory(Path.Combine(_sandbox.Folder, "w/Microsoft.Spark.Worker-2.3.1")).FullName;
        File.WriteAllText(Path.Combine(worker, "Microsoft.Spark.Worker"), "worker");
        Pack(Path.Combine(_sandbox.Folder, "w"), Worker);
        Pin();
        _sandbox.Environment["POMONA_SPARK_WORKER"] = Worker;
        _sandbox.Environment["POMONA_MODEL"] = _sandbox.Write("mobilenet.onnx", "weights");
        Describe($$"""{"name":"mobilenet","sha256":"{{Convert.ToHexStringLower(SHA256.HashData("weights"u8))}}","scaling":"imageNet"}""");
    }

    private string Worker => Path.Combine(_sandbox.Folder, "worker.tar.gz");

    private string Artifacts => Path.Combine(_sandbox.Folder, "repository/dist/artifacts");

    /// <summary>The folder of the bundle that is current.</summary>
    private string Bundle => Path.Combine(Artifacts, Current);

    private string Current => File.ReadAllText(Path.Combine(Artifacts, "current")).TrimEnd('\n');

    public void Dispose() => _sandbox.Dispose();

    [Fact]
    public void A_node_installs_exactly_what_was_bundled_and_finds_all_that_the_step_needs()
    {
        var bundled = _sandbox.Run("bootstrap/bundle.sh");
        Assert.True(bundled.ExitCode == 0, bundled.Errors);
        _sandbox.Command("aws", CopyingAws.From(Bundle));
        _sandbox.Command("sudo", "\"$@\"");

        var installed = _sandbox.Run("bootstrap/install-node.sh", $"s3://bucket/artifacts/{Current}/");

        Assert.True(installed.ExitCode == 0, installed.Errors);
        Assert.All(
            ["job/Pomona.Job", "worker/Microsoft.Spark.Worker", "spark/microsoft-spark-3-5_2.12-2.3.1.jar", "model/model.onnx", "model/model.json", "bootstrap/run-step.sh"],
            file => Assert.True(File.Exists(Path.Combine(_sandbox.Home, file)), file));
        Assert.All(["functions.zip", "shards.zip"], archive => Assert.True(File.Exists(Path.Combine(_sandbox.Folder, "repository/dist", archive)), archive));
    }

    [Fact]
    public void What_Lambda_would_not_unpack_is_no_package()
    {
        _sandbox.Write("weight", "262144001");

        var ended = _sandbox.Run("bootstrap/bundle.sh", "functions");

        Assert.Equal(1, ended.ExitCode);
        Assert.Matches(@"^pomona: dist/functions\.zip would unpack to 262144\d+ bytes, and Lambda takes 262144000 at most\.$", ended.LastLine);
        Assert.False(File.Exists(Path.Combine(_sandbox.Folder, "repository/dist/functions.zip")));
    }

    [Fact]
    public void The_same_input_gives_the_same_bytes()
    {
        _sandbox.Run("bootstrap/bundle.sh");
        var first = Content();

        _sandbox.Run("bootstrap/bundle.sh");

        Assert.Equal(first, Content());
    }

    [Fact]
    public void A_bundle_is_a_folder_named_after_its_list_which_names_all_the_rest_of_it()
    {
        Assert.Equal(0, _sandbox.Run("bootstrap/bundle.sh").ExitCode);

        var list = File.ReadAllText(Path.Combine(Bundle, "nodes.sha256"));
        Assert.Equal(Current, Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(list))));
        Assert.Equal(
            Directory.EnumerateFiles(Bundle, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Bundle, file)).Where(file => file != "nodes.sha256").Order(StringComparer.Ordinal),
            list.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line[66..]));
        Assert.Equal(new[] { Current, "current" }.Order(StringComparer.Ordinal), Directory.EnumerateFileSystemEntries(Artifacts).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void New_scripts_make_a_new_bundle_with_the_job_of_the_one_before()
    {
        Assert.Equal(0, _sandbox.Run("bootstrap/bundle.sh").ExitCode);
        var (first, job) = (Current, File.ReadAllBytes(Path.Combine(Bundle, "job.tar.gz")));
        File.AppendAllText(Path.Combine(_sandbox.Folder, "repository/bootstrap/run-step.sh"), "# newer\n");

        var ended = _sandbox.Run("bootstrap/bundle.sh", "scripts");

        Assert.True(ended.ExitCode == 0, ended.Errors);
        Assert.NotEqual(first, Current);
        Assert.Equal(job, File.ReadAllBytes(Path.Combine(Bundle, "job.tar.gz")));
        Assert.EndsWith("# newer\n", File.ReadAllText(Path.Combine(Bundle, "bootstrap/run-step.sh")), StringComparison.Ordinal);
        Assert.Equal(new[] { Current, "current" }.Order(StringComparer.Ordinal), Directory.EnumerateFileSystemEntries(Artifacts).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_no_bundle_wrote_is_refused_before_anything_is_replaced_or_removed()
    {
        RequireRefused("artifacts/notes.txt", "all");
        Assert.Equal(0, _sandbox.Run("bootstrap/bundle.sh").ExitCode);
        RequireRefused("artifacts/notes.txt", "all");
        RequireRefused($"artifacts/{Current}/model/mine.onnx", "job");
        RequireRefused($"artifacts/{Current}/job.tar.gz", "all");
        RequireRefused($"artifacts/{Current}/bootstrap/run-step.sh", "scripts");
        RequireRefused("artifacts/current", "scripts");
        RequireRefused("functions.zip", "functions");
        RequireRefused("shards.zip", "all");

        var link = Path.Combine(Artifacts, "notes.txt");
        File.CreateSymbolicLink(link, Worker);
        Assert.Equal(1, _sandbox.Run("bootstrap/bundle.sh").ExitCode);
        Assert.True(File.Exists(link) && File.Exists(Worker));
    }

    [Fact]
    public void What_an_earlier_bundle_wrote_and_a_later_one_does_not_goes_and_a_killed_one_is_gone_on_from()
    {
        Assert.Equal(0, _sandbox.Run("bootstrap/bundle.sh").ExitCode);
        var whole = Content();
        var stale = _sandbox.Write("repository/dist/artifacts/spark/earlier.jar", "jar of an earlier version");
        var list = Path.Combine(_sandbox.Folder, "repository/dist/bundled.sha256");
        File.AppendAllText(list, $"{Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(stale)))}  artifacts/spark/earlier.jar\n");
        // As a kill would leave it: announced, and not there.
        File.AppendAllText(list, $"{new string('0', 64)}  artifacts/job.tar.gz\n");

        Assert.Equal(0, _sandbox.Run("bootstrap/bundle.sh").ExitCode);

        Assert.Equal(whole, Content());
    }

    [Fact]
    public void A_worker_that_is_not_the_pinned_one_is_refused()
    {
        _sandbox.Run("bootstrap/bundle.sh");
        File.WriteAllText(Path.Combine(_sandbox.Folder, "w/extra"), "something else");
        Pack(Path.Combine(_sandbox.Folder, "w"), Worker);

        var ended = _sandbox.Run("bootstrap/bundle.sh");

        Assert.Equal(1, ended.ExitCode);
        Assert.Contains("is not the pinned worker: its SHA-512 is ", ended.LastLine, StringComparison.Ordinal);
    }

    [Fact]
    public void A_worker_that_nobody_has_pinned_is_refused_with_how_to_pin_it_and_pins_nothing_by_itself()
    {
        File.Delete(Path.Combine(_sandbox.Folder, "repository/bootstrap/spark-worker.sha512"));

        var ended = _sandbox.Run("bootstrap/bundle.sh");

        Assert.Equal(1, ended.ExitCode);
        Assert.Contains("./pomona pin worker", ended.LastLine, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(Artifacts, "worker.tar.gz")));
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(_sandbox.Folder, "repository/bootstrap"), "spark-worker*"));

        _sandbox.Environment["POMONA_SPARK_WORKER_SHA512"] = new string('0', 128);
        Assert.Contains("is not the pinned worker", _sandbox.Run("bootstrap/bundle.sh").LastLine, StringComparison.Ordinal);
        _sandbox.Environment["POMONA_SPARK_WORKER_SHA512"] = Sum();
        Assert.Equal(0, _sandbox.Run("bootstrap/bundle.sh").ExitCode);
    }

    [Fact]
    public void What_nobody_names_is_fetched_once_where_it_is_pinned_and_the_model_is_the_one_that_a_run_would_use()
    {
        _sandbox.Environment["POMONA_SPARK_WORKER"] = "";
        _sandbox.Environment["POMONA_MODEL"] = "";
        _sandbox.Command("curl", $"while [ $# -gt 1 ]; do [ \"$1\" != --output ] || cp '{Worker}' \"$2\"; shift; done");
        const string Survey = """{"chosen": {"origin": "zoo", "location": "https://example.org/m.onnx"}}""";
        var prepared = Survey.Replace("zoo", "cache", StringComparison.Ordinal).Replace("https://example.org/m.onnx", Path.Combine(_sandbox.Folder, "mobilenet.onnx"), StringComparison.Ordinal);
        var program = _sandbox.Write("repository/pomona", $$"""
            #!/usr/bin/env bash
            case "$*" in
                "model --json") if [ -f imported ]; then echo '{{prepared}}'; else echo '{{Survey}}'; fi ;;
                "model import zoo") touch imported ;;
                *) exit 2 ;;
            esac
            """);
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        var ended = _sandbox.Run("bootstrap/bundle.sh");

        Assert.True(ended.ExitCode == 0, ended.Errors);
        Assert.Contains("fetching the .NET worker for Spark, pinned by bootstrap/spark-worker.sha512, from https://github.com/dotnet/spark/releases/download/v2.3.1/", ended.Errors, StringComparison.Ordinal);
        Assert.Contains("the one that a run on this machine would use is taken", ended.Errors, StringComparison.Ordinal);
        Assert.Equal("weights", File.ReadAllText(Path.Combine(Bundle, "model/model.onnx")));

        _sandbox.Command("curl", "exit 1");
        Assert.Equal(0, _sandbox.Run("bootstrap/bundle.sh", "job").ExitCode);
        File.WriteAllText(Path.Combine(_sandbox.Folder, "repository/.pomona/Microsoft.Spark.Worker.net8.0.linux-x64-2.3.1.tar.gz"), "damaged");
        Assert.Contains("cannot be fetched", _sandbox.Run("bootstrap/bundle.sh", "job").LastLine, StringComparison.Ordinal);
        File.Delete(Path.Combine(_sandbox.Folder, "repository/bootstrap/spark-worker.sha512"));
        Assert.Contains("the pin bootstrap/spark-worker.sha512 is missing", _sandbox.Run("bootstrap/bundle.sh", "job").LastLine, StringComparison.Ordinal);
    }

    [Fact]
    public void Packages_of_a_whole_feed_without_their_sums_are_refused()
    {
        _sandbox.Write("repository/.pomona/feed.props", "<Project><PropertyGroup><PomonaFeed>whole</PomonaFeed></PropertyGroup></Project>");
        _sandbox.Write("repository/functions/packages.whole-feed.lock.json", "{}");
        _sandbox.Write("repository/shards/packages.whole-feed.lock.json", "{}");

        Assert.Contains("the packages of job/ are not pinned by their sums: ./pomona pin packages", _sandbox.Run("bootstrap/bundle.sh").LastLine, StringComparison.Ordinal);

        _sandbox.Write("repository/job/packages.whole-feed.lock.json", "{}");
        Assert.Equal(0, _sandbox.Run("bootstrap/bundle.sh").ExitCode);
    }

    [Fact]
    public void A_failing_publish_is_shown_and_nothing_is_bundled()
    {
        _sandbox.Command("dotnet", "echo 'error : would be published with stand-ins for Amazon.Lambda.Core'; exit 1");

        var ended = _sandbox.Run("bootstrap/bundle.sh");

        Assert.Equal(1, ended.ExitCode);
        Assert.Contains("stand-ins for Amazon.Lambda.Core", ended.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_sandbox.Folder, "repository/dist/functions.zip")));
        Assert.False(File.Exists(Path.Combine(Artifacts, "current")));
    }

    [StandInsFact]
    public void A_real_publish_refuses_stand_ins()
    {
        using var plain = new Sandbox();
        plain.Environment["POMONA_ROOT"] = RepositoryRoot.Path;
        var ended = plain.Run("bootstrap/bundle.sh", "functions");

        Assert.Equal(1, ended.ExitCode);
        Assert.Contains("would be published with stand-ins for", ended.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("POMONA_SPARK_WORKER", "POMONA_SPARK_WORKER must name")]
    [InlineData("POMONA_MODEL", "POMONA_MODEL must name")]
    public void What_is_missing_is_named(string variable, string message)
    {
        _sandbox.Environment[variable] = "/nowhere";

        Assert.Contains(message, _sandbox.Run("bootstrap/bundle.sh").LastLine, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"scaling": "imageNet"}""")]
    [InlineData("""{"sha256": "0000000000000000000000000000000000000000000000000000000000000000"}""")]
    [InlineData("not JSON")]
    [InlineData("[]")]
    public void A_model_whose_description_is_not_of_this_very_file_is_refused(string description)
    {
        Describe(description);

        var ended = _sandbox.Run("bootstrap/bundle.sh");

        Assert.Equal(1, ended.ExitCode);
        Assert.Contains("describes another file than", ended.LastLine, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(Artifacts, "current")));
    }

    [Fact]
    public void While_the_functions_are_packed_again_the_earlier_archive_stays_whole()
    {
        _sandbox.Run("bootstrap/bundle.sh", "functions");
        var archive = Path.Combine(_sandbox.Folder, "repository/dist/functions.zip");
        var first = File.ReadAllBytes(archive);
        _sandbox.Command("python3", "exit 1");

        var ended = _sandbox.Run("bootstrap/bundle.sh", "functions");

        Assert.NotEqual(0, ended.ExitCode);
        Assert.Equal(first, File.ReadAllBytes(archive));
    }

    private void RequireRefused(string foreign, string part)
    {
        var path = Path.Combine(_sandbox.Folder, "repository/dist", foreign);
        var earlier = File.Exists(path) ? File.ReadAllBytes(path) : null;
        _sandbox.Write($"repository/dist/{foreign}", "somebody's");
        var before = Content();

        var ended = _sandbox.Run("bootstrap/bundle.sh", part);

        Assert.Equal(1, ended.ExitCode);
        Assert.Equal($"pomona: dist/{foreign} is not what ./pomona bundle wrote, and is left alone: move it away, then run it again.", ended.LastLine);
        Assert.Equal(before, Content());
        if (earlier is null)
            File.Delete(path);
        else
            File.WriteAllBytes(path, earlier);
    }

    private SortedDictionary<string, string> Content()
    {
        var dist = Path.Combine(_sandbox.Folder, "repository/dist");
        return new(
            Directory.EnumerateFiles(dist, "*", SearchOption.AllDirectories)
                .ToDictionary(file => Path.GetRelativePath(dist, file), file => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)))),
            StringComparer.Ordinal);
    }

    private string Sum() => Convert.ToHexStringLower(SHA512.HashData(File.ReadAllBytes(Worker)));

    private void Pin() => _sandbox.Write("repository/bootstrap/spark-worker.sha512", Sum() + "\n");

    private void Describe(string description) => _sandbox.Write("mobilenet.json", description);

    private static void Pack(string folder, string archive)
        => System.Diagnostics.Process.Start("tar", ["-czf", archive, "-C", folder, "."])!.WaitForExit();
}
