using System.Text.Json.Nodes;
using Amazon.S3.Model;
using Pomona.Local.Aws;
using Pomona.Local.Emr;

namespace Pomona.Local.Tests.Emr;

public sealed class ClusterLifeTests(EmrAccount account) : IClassFixture<EmrAccount>
{
    [Fact]
    public async Task A_cluster_goes_through_all_states_and_tells_each_of_them()
    {
        var id = await account.RentAsync("life", keepAlive: false, steps: [EmrAccount.Step("hello", "echo", "hi")]);
        var ended = await account.EndedAsync(id);

        Assert.Equal("TERMINATED", (string?)ended["Status"]!["State"]);
        Assert.Equal("ALL_STEPS_COMPLETED", (string?)ended["Status"]!["StateChangeReason"]!["Code"]);
        Assert.Equal(
            ["BOOTSTRAPPING", "RUNNING", "STARTING", "TERMINATED", "TERMINATING"],
            await account.ToldAsync("EMR Cluster State Change", id, count: 5));
        Assert.Equal(["COMPLETED", "RUNNING"], await account.ToldAsync("EMR Step Status Change", id, count: 2));
    }

    [Fact]
    public void A_node_has_a_home_of_its_own_and_the_person_s_models()
    {
        var environment = account.Part<NodeTools>().Environment("j-1", "/tmp/node");

        Assert.Equal("/tmp/node/home", environment["HOME"]);
        Assert.True(
            environment.ContainsKey("POMONA_CACHE") || environment.ContainsKey("XDG_CACHE_HOME") || Environment.GetEnvironmentVariable("HOME") is null or "",
            string.Join(' ', environment.Keys));
    }

    [Fact]
    public async Task Bootstrap_actions_and_steps_run_and_their_output_is_in_the_logs()
    {
        await account.S3.PutObjectAsync(new PutObjectRequest
        {
            BucketName = EmrAccount.Bucket,
            Key = "boot.sh",
            ContentBody = "echo \"booted with $1\"; echo \"$HOME\" > \"$HOME/booted\"",
        });
        var id = await account.RentAsync(
            "logs", keepAlive: false, bootstrap: ("boot.sh", ["an argument"]),
            steps: [EmrAccount.Step("both", "bash", "-c", "cat $HOME/booted; echo broken >&2; exit 3")]);
        var ended = await account.EndedAsync(id);
        var step = (await account.CallAsync("emr", "ListSteps", new JsonObject { ["ClusterId"] = id }))["Steps"]![0]!;

        Assert.Equal("TERMINATED", (string?)ended["Status"]!["State"]);
        Assert.Equal("FAILED", (string?)step["Status"]!["State"]);
        Assert.Contains("booted with an argument", await account.LogAsync(id, "bootstrap-actions/1/stdout"));
        Assert.Contains($"clusters/{id}/home", await account.LogAsync(id, $"steps/{step["Id"]}/stdout"));
        Assert.Equal("broken\n", await account.LogAsync(id, $"steps/{step["Id"]}/stderr"));
    }

    [Fact]
    public async Task A_cluster_with_nothing_to_do_waits_and_ends_when_it_was_idle_for_too_long()
    {
        var id = await account.RentAsync("idle", keepAlive: true, idleSeconds: 60);
        var ended = await account.EndedAsync(id);

        // WAITING lasts a quarter of a second here; that it was there is told.
        Assert.Equal(
            ["BOOTSTRAPPING", "STARTING", "TERMINATED", "TERMINATING", "WAITING"],
            await account.ToldAsync("EMR Cluster State Change", id, count: 5));
        Assert.Contains("idle", (string?)ended["Status"]!["StateChangeReason"]!["Message"]);
    }

    [Fact]
    public async Task A_protected_cluster_refuses_to_end_until_the_protection_is_off()
    {
        var id = await account.RentAsync("protected", keepAlive: true);
        await account.CallAsync("emr", "SetTerminationProtection", Flows(id, ("TerminationProtected", true)));
        var refused = await Assert.ThrowsAsync<AwsCallException>(() => account.CallAsync("emr", "TerminateJobFlows", Flows(id)));
        await account.CallAsync("emr", "SetTerminationProtection", Flows(id, ("TerminationProtected", false)));
        await account.CallAsync("emr", "TerminateJobFlows", Flows(id));
        var ended = await account.EndedAsync(id);

        Assert.Equal("ValidationException", refused.Code);
        Assert.Equal("USER_REQUEST", (string?)ended["Status"]!["StateChangeReason"]!["Code"]);
    }

    [Fact]
    public async Task Ending_a_cluster_ends_the_step_that_runs()
    {
        var file = Path.Combine(account.Folder, "still-running");
        var id = await account.RentAsync("busy", keepAlive: true, steps: [EmrAccount.Step("long", "bash", "-c", $"while :; do date > {file}; sleep 0.1; done")]);
        await Eventually.HoldsAsync(() => File.Exists(file), "the step's start");
        await account.CallAsync("emr", "TerminateJobFlows", Flows(id));
        await account.EndedAsync(id);
        File.Delete(file);
        await Task.Delay(500);

        Assert.False(File.Exists(file));
        Assert.Equal("CANCELLED", (string?)(await account.CallAsync("emr", "ListSteps", new JsonObject { ["ClusterId"] = id }))["Steps"]![0]!["Status"]!["State"]);
    }

    [Fact]
    public async Task A_cancelled_step_is_cancelled_and_the_next_one_runs()
    {
        var id = await account.RentAsync("cancel", keepAlive: true, steps: [EmrAccount.Step("stuck", "sleep", "600"), EmrAccount.Step("next", "true")]);
        var steps = await Eventually.FoundAsync(
            async () => (await account.CallAsync("emr", "ListSteps", new JsonObject { ["ClusterId"] = id, ["StepStates"] = new JsonArray("RUNNING") }))["Steps"] is JsonArray { Count: > 0 } found ? found : null,
            "the running step");
        await account.CallAsync("emr", "CancelSteps", new JsonObject { ["ClusterId"] = id, ["StepIds"] = new JsonArray((string)steps[0]!["Id"]!) });
        await account.ReachedAsync(id, "WAITING");
        var all = (await account.CallAsync("emr", "ListSteps", new JsonObject { ["ClusterId"] = id }))["Steps"]!.AsArray();
        await account.CallAsync("emr", "TerminateJobFlows", Flows(id));

        Assert.Equal(["COMPLETED", "CANCELLED"], all.Select(step => (string)step!["Status"]!["State"]!));
    }

    [Theory]
    [InlineData(nameof(ClusterFault.NoCapacity), "INSTANCE_FLEET_TIMEOUT", "capacity")]
    [InlineData(nameof(ClusterFault.BootstrapFails), "BOOTSTRAP_FAILURE", "bootstrap action 1 returned a non-zero return code")]
    public async Task A_start_that_fails_ends_with_errors_and_emrs_reason(string fault, string code, string message)
    {
        await account.S3.PutObjectAsync(new PutObjectRequest { BucketName = EmrAccount.Bucket, Key = "ok.sh", ContentBody = "true" });
        account.Part<ClusterFaults>().Add(Enum.Parse<ClusterFault>(fault), 1);
        var ended = await account.EndedAsync(await account.RentAsync(fault, keepAlive: true, bootstrap: ("ok.sh", [])));

        Assert.Equal("TERMINATED_WITH_ERRORS", (string?)ended["Status"]!["State"]);
        Assert.Equal(code, (string?)ended["Status"]!["StateChangeReason"]!["Code"]);
        Assert.Contains(message, (string?)ended["Status"]!["StateChangeReason"]!["Message"]);
    }

    [Fact]
    public async Task A_cluster_that_nobody_can_lead_any_more_ends_with_errors_and_is_told_of()
    {
        var id = await account.RentAsync("broken", keepAlive: true, steps: [EmrAccount.Step("nowhere", "true")]);
        // No program can start in a folder that is gone: that is the local cloud's own failure, not the step's.
        Directory.Delete(Path.Combine(account.Cloud.Settings.ClusterFolder, id), recursive: true);
        var ended = await account.EndedAsync(id);

        Assert.Equal("TERMINATED_WITH_ERRORS", (string?)ended["Status"]!["State"]);
        Assert.Equal("INTERNAL_ERROR", (string?)ended["Status"]!["StateChangeReason"]!["Code"]);
        Assert.Contains("TERMINATED_WITH_ERRORS", await account.ToldAsync("EMR Cluster State Change", id, count: 4));
        Assert.Equal("CANCELLED", (string?)(await account.CallAsync("emr", "ListSteps", new JsonObject { ["ClusterId"] = id }))["Steps"]![0]!["Status"]!["State"]);
    }

    private static JsonObject Flows(string id, params (string Name, bool Value)[] more)
    {
        var request = new JsonObject { ["JobFlowIds"] = new JsonArray(id) };
        foreach (var (name, value) in more)
            request[name] = value;
        return request;
    }
}
