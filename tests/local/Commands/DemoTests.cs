using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Pomona.Contracts;
using Pomona.Local.Account;
using Pomona.Local.Commands;
using Pomona.Local.Demo;
using Pomona.Local.Moto;

namespace Pomona.Local.Tests.Commands;

/// <summary>The demo and each local command, as a person calls them one after the other.</summary>
public sealed class DemoTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pomona-demo-").FullName;
    private readonly List<string> _results = [];
    private readonly int _port = LocalAccount.FreePort();

    private string State => Path.Combine(_folder, "state");

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await RunAsync("local", "down");
        foreach (var folder in _results.Where(Directory.Exists))
            Directory.Delete(folder, recursive: true);
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Two_demos_the_local_commands_and_aws_tools_do_what_a_person_expects()
    {
        var settings = new LocalSettings { Root = RepositoryRoot.Path, StateFolder = State, Front = new Uri($"http://localhost:{_port}/") };
        var images = await SampleImages.EnsureAsync(settings, count: 40, CancellationToken.None);

        // --- two demos ---
        var first = await DemoAsync(images, "demo-1", "--once");
        Assert.Contains("Bringing up a local AWS account", first);
        var second = await DemoAsync(images, "demo-2");
        Assert.Contains("Using the local cloud that is up", second);
        Assert.DoesNotContain("demo-1", second);
        // Twenty more and ten changed.
        Assert.Matches("(?m)the data set grows: 20 images more \\(copies under new names\\), 10 changed$", second);
        Assert.Matches("(?m)  growth   30 of 60 images taken over from the first run, the others worked on, in [0-9]+:[0-9]{2}$", second);
        Assert.DoesNotContain("growth", first);

        // --- what is there ---
        var up = await ExpectAsync(0, "local", "up");
        Assert.Contains("A local cloud is up already", up.Output);
        var status = JsonNode.Parse((await ExpectAsync(0, "local", "status")).Output)!;
        Assert.Equal(6, (int)status["mails"]!);
        Assert.Equal(["TERMINATED", "TERMINATED", "TERMINATED"], status["clusters"]!.AsArray().Select(cluster => (string)cluster!["state"]!));
        var demos = status["clusters"]!.AsArray().Select(static cluster => (string)cluster!["id"]!).ToHashSet();
        Assert.Equal(0, (int)status["pendingEvents"]!);
        var mails = (await ExpectAsync(0, "local", "mails")).Output;
        foreach (var subject in (string[])["demo-1 is ready, the job begins", "demo-1 has finished", "demo-2 is ready, the job begins", "demo-2 has finished"])
            Assert.Contains($"Subject: Pomona: {subject}\n", mails);

        // --- functions, schedules and executions ---
        var reaped = await ExpectAsync(0, "local", "invoke", "ReapClusters", RepositoryRoot.File("tests/events/reap-clusters.json"));
        Assert.Contains("REPORT RequestId: ", reaped.Error);
        Assert.Contains("there is no function 'Nobody'", (await ExpectAsync(11, "local", "invoke", "Nobody", RepositoryRoot.File("tests/events/reap-clusters.json"))).Error);
        await ExpectAsync(0, "local", "fire", "reap");
        Assert.Contains("there is no schedule 'NOSUCH'", (await ExpectAsync(11, "local", "fire", "NOSUCH")).Error);

        // --- what a person asks of any account: tests/cloud/AsTypedTests.cs has all of it ---
        var runs = JsonNode.Parse(await CloudAsync("--json", "runs"))!.AsArray();
        Assert.Contains(runs, run => (string?)run!["dataset"] == "demo-2" && (string?)run["outcome"] == "finished" && (int)run["images"]! == 60 && (decimal)run["cost"]! > 0);
        Assert.Contains("Report: s3://", await CloudAsync("logs", "demo-2"));
        Assert.Contains("0 files fetched", await CloudAsync("download", "demo-2", _results[^1]));

        // --- started by hand ---
        var execution = (string)JsonNode.Parse(await CloudAsync("--json", "start", "demo-1"))!["execution"]!;
        Assert.StartsWith($"arn:aws:states:{LocalSettings.Region}:{LocalSettings.Account}:execution:pomona-pipeline:", execution);

        // --- an upload, and AWS's own tools ---
        Assert.Contains("40 files are in s3://", await CloudAsync("upload", images, "mine"));
        var machine = (string)status["outputs"]!["PipelineArn"]!;
        var executions = (await AwsAsync("stepfunctions", "list-executions", "--state-machine-arn", machine))["executions"]!.AsArray();
        Assert.Contains(executions, listed => (string)listed!["executionArn"]! == execution);
        var clusters = (await AwsAsync("emr", "list-clusters", "--terminated"))["Clusters"]!.AsArray();
        // The demos', and by now perhaps those of the two runs that have begun since.
        Assert.Superset(demos, clusters.Select(static cluster => (string)cluster!["Id"]!).ToHashSet());
        var topics = (await AwsAsync("sns", "list-topics"))["Topics"]!.AsArray();
        Assert.Contains(topics, topic => ((string)topic!["TopicArn"]!).Contains(":pomona", StringComparison.Ordinal));
        var objects = (await AwsAsync("s3api", "list-objects-v2", "--bucket", (string)status["outputs"]!["BucketName"]!, "--prefix", "datasets/mine/"))["Contents"]!.AsArray();
        Assert.Equal(40, objects.Count);

        // --- down, in the middle of the upload's run ---
        Assert.Equal("The local cloud is down.\n", (await ExpectAsync(0, "local", "down")).Output);
        Assert.Equal("No local cloud is up.\n", (await ExpectAsync(0, "local", "down")).Output);
        Assert.Contains("no local cloud is up", (await ExpectAsync(11, "local", "status")).Error);
    }

    private async Task<string> DemoAsync(string images, string dataset, params string[] more)
    {
        var (_, output, _) = await ExpectAsync(
            0, ["demo", "--images", images, "--port", _port.ToString(CultureInfo.InvariantCulture), "--time-scale", "120", "--parameter", "QuietSeconds=120", .. more]);
        var results = Regex.Match(output, "^  results  (.*)$", RegexOptions.Multiline).Groups[1].Value;
        _results.Add(results);

        Assert.Matches($"(?m)mail to .*: Pomona: {dataset} is ready, the job begins$", output);
        Assert.Matches($"(?m)mail to .*: Pomona: {dataset} has finished$", output);
        Assert.Matches("cluster j-[A-Z0-9]+ is TERMINATED\n", output);
        Assert.Contains("the run finished, its cluster is gone, both mails are there", output);
        Assert.True(File.Exists(Path.Combine(results, RunLayout.Report)), output);
        Assert.True(File.Exists(Path.Combine(results, RunLayout.Marker)));
        Assert.False(Directory.Exists(results + ".new"));
        return output;
    }

    private async Task<(int Code, string Output, string Error)> ExpectAsync(int code, params string[] words)
    {
        var ended = await RunAsync(words);
        Assert.True(ended.Code == code, $"{string.Join(' ', words)}: exit code {ended.Code}\n{ended.Output}\n{ended.Error}");
        return ended;
    }

    private async Task<string> CloudAsync(params string[] words)
    {
        var program = Path.Combine(RepositoryRoot.Path, "cloud", "bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, "net10.0", "Pomona.Cloud.dll");
        var (code, output, error) = await RunAsync("dotnet", [program, "cloud", "--local", .. words]);
        Assert.True(code == 0, error);
        return output;
    }

    private Task<(int Code, string Output, string Error)> RunAsync(params string[] words) =>
        RunAsync("dotnet", [Path.Combine(AppContext.BaseDirectory, "Pomona.Local.dll"), .. words]);

    private async Task<JsonNode> AwsAsync(params string[] words)
    {
        var python = await PythonEnvironment.EnsureAsync(RepositoryRoot.File(".pomona"), _ => { }, CancellationToken.None);
        var (code, output, error) = await RunAsync(
            Path.Combine(python.ScriptFolder, "aws"), ["--endpoint-url", $"http://localhost:{_port}", "--output", "json", .. words]);
        Assert.True(code == 0, error);
        return JsonNode.Parse(output)!;
    }

    private async Task<(int Code, string Output, string Error)> RunAsync(string program, string[] words)
    {
        var start = new ProcessStartInfo(program, words) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["POMONA_ROOT"] = RepositoryRoot.Path;
        start.Environment[LocalCloudNote.StateVariable] = State;
        start.Environment["AWS_ACCESS_KEY_ID"] = "you";
        start.Environment["AWS_SECRET_ACCESS_KEY"] = "local";
        start.Environment["AWS_DEFAULT_REGION"] = LocalSettings.Region;
        start.Environment.Remove("AWS_ENDPOINT_URL");
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output, await error);
    }
}
