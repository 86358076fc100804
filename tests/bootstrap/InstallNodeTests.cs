using System.Security.Cryptography;

namespace Pomona.Bootstrap.Tests;

public sealed class InstallNodeTests : IDisposable
{
    private readonly Sandbox _sandbox = new();

    public InstallNodeTests()
    {
        _sandbox.Command("aws", CopyingAws.From(Path.Combine(_sandbox.Folder, "bucket")));
        _sandbox.Command("sudo", "\"$@\"");
        Put("bootstrap/run-step.sh", "#!/bin/sh\n");
        Put("model/model.onnx", "weights");
        var job = Path.Combine(_sandbox.Folder, "job");
        Directory.CreateDirectory(job);
        File.WriteAllText(Path.Combine(job, "Pomona.Job"), "program");
        File.WriteAllText(Path.Combine(job, "libvips.so"), "library");
        System.Diagnostics.Process.Start("tar", ["-czf", Path.Combine(_sandbox.Folder, "bucket/job.tar.gz"), "-C", job, "."])!.WaitForExit();
        // As dotnet/spark's release packs it: without an execute bit.
        var worker = Path.Combine(_sandbox.Folder, "worker");
        Directory.CreateDirectory(worker);
        File.WriteAllText(Path.Combine(worker, "Microsoft.Spark.Worker"), "worker");
        System.Diagnostics.Process.Start("tar", ["--mode=0644", "-czf", Path.Combine(_sandbox.Folder, "bucket/worker.tar.gz"), "-C", worker, "Microsoft.Spark.Worker"])!.WaitForExit();
        List();
    }

    /// <summary>The bundle's address, which names its list.</summary>
    private string Source => $"s3://pomona-1-eu-west-3/artifacts/{Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(ListFile)))}/";

    private string ListFile => Path.Combine(_sandbox.Folder, "bucket/nodes.sha256");

    public void Dispose() => _sandbox.Dispose();

    [Fact]
    public void Every_listed_file_is_installed_at_its_place()
    {
        var ended = _sandbox.Run("bootstrap/install-node.sh", Source);

        Assert.True(ended.ExitCode == 0, ended.Errors);
        Assert.Equal("weights", File.ReadAllText(Path.Combine(_sandbox.Home, "model/model.onnx")));
        Assert.Equal("program", File.ReadAllText(Path.Combine(_sandbox.Home, "job/Pomona.Job")));
        Assert.True(File.GetUnixFileMode(Path.Combine(_sandbox.Home, "bootstrap/run-step.sh")).HasFlag(UnixFileMode.OtherExecute));
        Assert.Equal($"pomona: this node is ready: 4 files in {_sandbox.Home}", ended.LastLine);
    }

    [Theory]
    [InlineData("true", 2)]
    [InlineData("false", 0)]
    [InlineData(null, 0)]
    public void JupyterHub_s_port_answers_the_primary_node_alone_once_and_no_other_machine_is_touched(string? isPrimary, int rules)
    {
        _sandbox.Environment["POMONA_INSTANCE_INFO"] = isPrimary is null ? "/nowhere" : _sandbox.Write("instance.json", $$"""{"isMaster": {{isPrimary}}}""");
        foreach (var tables in new[] { "iptables", "ip6tables" })
            _sandbox.Command(tables, $"case \"$*\" in *' -C '*) [ -e '{_sandbox.Folder}/{tables}' ] ;; *) touch '{_sandbox.Folder}/{tables}' ;; esac");

        Assert.Equal(0, _sandbox.Run("bootstrap/install-node.sh", Source).ExitCode);
        var again = _sandbox.Run("bootstrap/install-node.sh", Source);

        Assert.Equal(0, again.ExitCode);
        var made = _sandbox.Calls.Where(static call => call.Contains("tables -t raw -I", StringComparison.Ordinal) && !call.StartsWith("sudo", StringComparison.Ordinal)).ToList();
        Assert.Equal(rules, made.Count);
        Assert.All(made, static call => Assert.EndsWith(@"-t raw -I PREROUTING \! -i lo -p tcp --dport 9443 -j DROP", call.TrimEnd(), StringComparison.Ordinal));
    }

    [Fact]
    public void A_node_on_which_the_port_cannot_be_closed_says_so_and_is_ready()
    {
        _sandbox.Environment["POMONA_INSTANCE_INFO"] = _sandbox.Write("instance.json", """{"isMaster": true}""");
        _sandbox.Command("iptables", "exit 1");
        _sandbox.Command("ip6tables", "exit 1");

        var ended = _sandbox.Run("bootstrap/install-node.sh", Source);

        Assert.Equal(0, ended.ExitCode);
        Assert.Contains("port 9443 (JupyterHub) could not be closed", ended.Errors, StringComparison.Ordinal);
        Assert.Contains("pomona: this node is ready", ended.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("worker/Microsoft.Spark.Worker", true)]
    [InlineData("job/Pomona.Job", true)]
    [InlineData("job/libvips.so", false)]
    [InlineData("model/model.onnx", false)]
    public void The_programs_can_be_started_by_everybody_however_they_were_packed(string file, bool starts)
    {
        _sandbox.Run("bootstrap/install-node.sh", Source);

        var mode = File.GetUnixFileMode(Path.Combine(_sandbox.Home, file));
        Assert.Equal(starts, mode.HasFlag(UnixFileMode.UserExecute | UnixFileMode.OtherExecute));
        Assert.True(mode.HasFlag(UnixFileMode.OtherRead));
    }

    [Fact]
    public void Running_it_again_fetches_nothing_but_the_list()
    {
        _sandbox.Run("bootstrap/install-node.sh", Source);
        var before = _sandbox.Calls.Count;

        var ended = _sandbox.Run("bootstrap/install-node.sh", Source);

        Assert.Equal(0, ended.ExitCode);
        Assert.Contains("nodes.sha256", Assert.Single(_sandbox.Calls.Skip(before), static call => call.StartsWith("aws ", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("model/model.onnx", null)]
    [InlineData("model/model.onnx", "cut")]
    [InlineData("job", null)]
    public void What_was_installed_and_is_lost_or_damaged_is_installed_again(string path, string? left)
    {
        _sandbox.Run("bootstrap/install-node.sh", Source);
        var target = Path.Combine(_sandbox.Home, path);
        if (left is not null)
            File.WriteAllText(target, left);
        else if (Directory.Exists(target))
            Directory.Delete(target, recursive: true);
        else
            File.Delete(target);

        Assert.Equal(0, _sandbox.Run("bootstrap/install-node.sh", Source).ExitCode);
        Assert.Equal("weights", File.ReadAllText(Path.Combine(_sandbox.Home, "model/model.onnx")));
        Assert.Equal("program", File.ReadAllText(Path.Combine(_sandbox.Home, "job/Pomona.Job")));
    }

    [Fact]
    public void A_changed_file_replaces_the_old_one()
    {
        _sandbox.Run("bootstrap/install-node.sh", Source);
        Put("model/model.onnx", "better weights");
        List();

        Assert.Equal(0, _sandbox.Run("bootstrap/install-node.sh", Source).ExitCode);
        Assert.Equal("better weights", File.ReadAllText(Path.Combine(_sandbox.Home, "model/model.onnx")));
    }

    [Fact]
    public void A_file_that_is_not_the_listed_one_stops_the_node_and_is_named_in_the_last_line()
    {
        Put("model/model.onnx", "damaged");

        var ended = _sandbox.Run("bootstrap/install-node.sh", Source);

        Assert.NotEqual(0, ended.ExitCode);
        Assert.StartsWith("pomona: this node is NOT ready: it failed while checking model/model.onnx", ended.LastLine, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_sandbox.Home, "model/model.onnx")));
    }

    [Fact]
    public void A_file_that_is_not_in_the_bucket_stops_the_node_and_is_named_in_the_last_line()
    {
        File.Delete(Path.Combine(_sandbox.Folder, "bucket/model/model.onnx"));

        var ended = _sandbox.Run("bootstrap/install-node.sh", Source);

        Assert.NotEqual(0, ended.ExitCode);
        Assert.Contains($"failed while fetching {Source}model/model.onnx, which is not there", ended.LastLine, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bucket_that_turns_the_node_away_is_asked_five_times()
    {
        _sandbox.Command("aws", "exit 1");

        var ended = _sandbox.Run("bootstrap/install-node.sh", Source);

        Assert.NotEqual(0, ended.ExitCode);
        Assert.Contains($"failed while fetching {Source}nodes.sha256", ended.LastLine, StringComparison.Ordinal);
        Assert.Equal(5, _sandbox.Calls.Count(static call => call.StartsWith("aws ", StringComparison.Ordinal)));
    }

    [Fact]
    public void Whatever_is_missing_is_fetched_with_one_start_of_the_AWS_tools()
    {
        _sandbox.Run("bootstrap/install-node.sh", Source);

        Assert.Equal(2, _sandbox.Calls.Count(static call => call.StartsWith("aws ", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("/etc/passwd")]
    [InlineData("a/../../b")]
    [InlineData("a b")]
    [InlineData("$(reboot)")]
    public void A_list_that_names_a_place_outside_is_refused(string path)
    {
        File.AppendAllText(Path.Combine(_sandbox.Folder, "bucket/nodes.sha256"), $"{new string('0', 64)}  {path}\n");

        var ended = _sandbox.Run("bootstrap/install-node.sh", Source);

        Assert.NotEqual(0, ended.ExitCode);
        Assert.Contains("failed while reading nodes.sha256", ended.LastLine, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("https://example.org/artifacts/")]
    [InlineData("s3://bucket/artifacts/;reboot")]
    [InlineData("s3://bucket/artifacts/")]
    [InlineData("s3://bucket/artifacts/0123/")]
    public void An_address_that_is_not_S3_s_is_refused(string source)
    {
        var ended = _sandbox.Run("bootstrap/install-node.sh", source);

        Assert.Equal(2, ended.ExitCode);
        Assert.Contains("reading the arguments", ended.LastLine, StringComparison.Ordinal);
        Assert.Empty(_sandbox.Calls);
    }

    [Fact]
    public void A_list_that_is_not_the_one_that_the_run_named_stops_the_node_before_anything_else_is_fetched()
    {
        var source = Source;
        Put("model/model.onnx", "weights of another bundle");
        List();

        var ended = _sandbox.Run("bootstrap/install-node.sh", source);

        Assert.NotEqual(0, ended.ExitCode);
        Assert.Contains("failed while checking nodes.sha256: its SHA-256 is not its folder's name", ended.LastLine, StringComparison.Ordinal);
        Assert.Single(_sandbox.Calls, static call => call.StartsWith("aws ", StringComparison.Ordinal));
    }

    [Fact]
    public void An_empty_list_is_no_installation()
    {
        File.WriteAllText(Path.Combine(_sandbox.Folder, "bucket/nodes.sha256"), string.Empty);

        Assert.Contains("it lists no file", _sandbox.Run("bootstrap/install-node.sh", Source).LastLine, StringComparison.Ordinal);
    }

    private void Put(string path, string text) => _sandbox.Write($"bucket/{path}", text);

    private void List()
    {
        var bucket = Path.Combine(_sandbox.Folder, "bucket");
        var lines = Directory.EnumerateFiles(bucket, "*", SearchOption.AllDirectories)
            .Where(static file => !file.EndsWith("nodes.sha256", StringComparison.Ordinal))
            .Select(file => $"{Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)))}  {Path.GetRelativePath(bucket, file)}\n");
        File.WriteAllText(Path.Combine(bucket, "nodes.sha256"), string.Concat(lines));
    }
}
