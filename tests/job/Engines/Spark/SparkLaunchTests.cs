using System.Runtime.Versioning;
using System.Text.Json;
using Pomona.Contracts;
using Pomona.Job.Tests.Pipeline;

namespace Pomona.Job.Tests.Engines.Spark;

[UnsupportedOSPlatform("windows")]
public sealed class SparkLaunchTests(BundledNode node) : IClassFixture<BundledNode>, IDisposable
{
    private readonly RunFixture _run = new();

    public void Dispose() => _run.Dispose();

    [SparkLaunchFact]
    public async Task The_bundles_own_script_runs_the_job_on_Spark_to_the_marker_with_heartbeats()
    {
        using var workflow = new HeartbeatListener();
        var launch = new SparkLaunch(node, _run, workflow);
        var local = await launch.LocallyAsync("local");
        Assert.True(local.ExitCode == 0, local.Said);

        var (exitCode, said) = await launch.StepAsync("out");

        Assert.True(exitCode == 0, said);
        var marker = JsonSerializer.Deserialize(
            File.ReadAllBytes(Path.Combine(_run["out"], RunLayout.Marker)), ContractJson.Readable.RunMarker)!;
        Assert.Equal(("j-1", "arn:aws:x"), (marker.ClusterId, marker.ExecutionArn));
        Assert.Equal("the-token", WaitingTask.TryParse(File.ReadAllBytes(Path.Combine(_run["out"], RunLayout.WaitingTask)))?.TaskToken);
        Assert.Equal(_run.Lasting("local"), _run.Lasting("out"));
        Assert.NotEmpty(workflow.Requests);
        Assert.All(workflow.Requests, request => Assert.Equal("""AWSStepFunctions.SendTaskHeartbeat {"taskToken":"the-token"}""", request));
        Assert.Contains("--master yarn", launch.Options);
        Assert.Contains("--conf spark.executor.cores=4", launch.Options);
        Assert.Empty(launch.ToldAws);
        Assert.DoesNotContain("the-token", said, StringComparison.Ordinal);
    }

    [SparkLaunchFact]
    public async Task The_nodes_NET_8_and_a_laptops_NET_10_write_equal_bytes()
    {
        using var workflow = new HeartbeatListener();
        var node8 = await new SparkLaunch(node, _run, workflow).LocallyAsync("net8.0");
        Assert.True(node8.ExitCode == 0, node8.Said);

        await RunFixture.RunAsync(_run.Request("net10.0") with { Model = node.Model });

        Assert.Equal(_run.Lasting("net8.0"), _run.Lasting("net10.0"));
    }

    [SparkLaunchFact]
    public async Task A_failing_job_tells_the_workflow_its_own_sentence()
    {
        using var workflow = new HeartbeatListener();
        var launch = new SparkLaunch(node, _run, workflow);
        Directory.CreateDirectory(Path.Combine(_run["out"], RunLayout.Features(2), "in the way"));

        var (exitCode, said) = await launch.StepAsync("out");

        Assert.Equal((int)ExitCode.Conflict, exitCode);
        var told = Assert.Single(launch.ToldAws);
        Assert.Contains("send-task-failure --task-token the-token --error Pomona.StepFailed", told, StringComparison.Ordinal);
        Assert.Contains("exit code 6: Extract of shard 2: features/shard-00002.parquet", told, StringComparison.Ordinal);
        Assert.DoesNotContain("the-token", said, StringComparison.Ordinal);
    }

    [SparkLaunchFact]
    public async Task A_job_whose_workflow_has_gone_stops()
    {
        using var workflow = new HeartbeatListener("TaskTimedOut");
        var launch = new SparkLaunch(node, _run, workflow);

        var (exitCode, said) = await launch.StepAsync("out");

        Assert.Equal((int)ExitCode.Abandoned, exitCode);
        Assert.Contains("no longer waits for this run", said, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_run["out"], RunLayout.Marker)));
    }
}
