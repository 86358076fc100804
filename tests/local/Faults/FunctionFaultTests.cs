using Pomona.Local.Account;
using Pomona.Local.Emr;
using Pomona.Local.Faults;
using Pomona.Local.Lambda;
using Pomona.Local.Page;

namespace Pomona.Local.Tests.Faults;

/// <summary>What can break where functions do a run's work, in a new account that allows ten of them at once: nothing is lost or doubled, and a mail says what failed.</summary>
public sealed class FunctionFaultTests(FunctionFaultTests.Account account) : IClassFixture<FunctionFaultTests.Account>, IAsyncLifetime
{
    private const string Function = "pomona-RunShards";
    private const int Images = 40;

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync()
    {
        account.ClearFaults();
        Assert.Empty(account.Part<ClusterStore>().All);
        return Task.CompletedTask;
    }

    [Fact]
    public async Task A_run_on_functions_whose_answers_are_lost_and_whose_calls_are_refused_makes_what_the_job_makes_and_mails_once()
    {
        var broken = Path.Combine(Directory.CreateDirectory(Path.Combine(account.Folder, "apple_red")).FullName, "broken.jpg");
        await File.WriteAllTextAsync(broken, "no image");
        IReadOnlyList<string> photos = [.. Photos.Take(Images), broken];
        var faults = account.Part<FaultPlan>();
        // The same event twice, as Lambda may deliver it, and a quota that others use up.
        faults.Add(new ApiFault("lambda", Path: Function, OneIn: 3, LosesAnswer: true));
        faults.Add(new ApiFault("lambda", Path: Function, Status: 429, Code: "TooManyRequestsException", OneIn: 2));
        await account.UploadAsync("functions", photos);
        var run = await account.EndedAsync("functions");

        AssertSucceeded(run);
        Assert.Equal(["Pomona: functions has finished"], account.MailsAbout("functions"));
        var marker = await account.MarkerAsync(run);
        Assert.Equal((Images, 1), (marker.Summary.Images, marker.Summary.Rejected));
        Assert.All(faults.Standings(), standing => Assert.True(standing.Struck > 1, standing.Fault.Code));
        Assert.Equal((3 * 3) + 3, await account.SameAsTheJobsAsync(run, photos));
    }

    [Fact]
    public void No_function_has_longer_than_this_account_s_Lambda_gives_and_none_longer_than_it_asks_for()
    {
        var limits = account.Part<FunctionRegistry>().All.ToDictionary(static pool => pool.Definition.Name, static pool => pool.Definition.Timeout);

        Assert.Equal((Account.Longest, TimeSpan.FromSeconds(30)), (limits[Function], limits["pomona-StartRun"]));
    }

    [ExhaustiveFact]
    public async Task Functions_that_are_killed_in_the_middle_are_called_again_and_the_run_finishes()
    {
        await account.UploadAsync("killedfunctions", Photos.Take(Images));
        var killed = await WhileKillingAsync(2, () => account.EndedAsync("killedfunctions"));
        var run = (await account.RunsAsync("killedfunctions"))[0];

        AssertSucceeded(run);
        Assert.Equal(2, killed);
        Assert.Equal(Images, (await account.MarkerAsync(run)).Summary.Images);
        Assert.Equal(["Pomona: killedfunctions has finished"], account.MailsAbout("killedfunctions"));
    }

    [Fact]
    public async Task A_shard_that_no_function_survives_fails_the_run_with_its_name_and_what_to_do_and_the_run_can_be_gone_on_with()
    {
        await account.UploadAsync("largeshards", Photos.Take(Images));
        await WhileKillingAsync(int.MaxValue, () => account.EndedAsync("largeshards"));
        var failed = (await account.RunsAsync("largeshards"))[0];

        Assert.Equal(("FAILED", "Pomona.ShardFailed"), (failed.Status, failed.Error));
        Assert.Matches(@"extract of shard \d ended its function of 1769 MB three times, .* \(its largest image is '.*' of .* MB\): deploy with a larger FunctionMemory", failed.Cause);
        Assert.Equal(["Pomona: largeshards has failed"], account.MailsAbout("largeshards"));
        await account.StartByHandAsync("largeshards", $$""", "resume": "{{failed.Run}}" """);
        AssertSucceeded(await account.EndedAsync("largeshards", runs: 2));
    }

    [ExhaustiveFact]
    public async Task A_run_that_is_stopped_does_no_harm_and_another_execution_goes_on_with_it()
    {
        const int photos = 160;
        await account.UploadAsync("stopped", Photos.Take(photos));
        var running = await account.InStateAsync("stopped", "WorkOnBatch");
        await account.CallAsync("stepfunctions", "StopExecution", new() { ["executionArn"] = running.Arn });
        var stopped = await account.EndedAsync("stopped");
        await account.StartByHandAsync("stopped", $$""", "resume": "{{stopped.Run}}" """);
        var second = await account.EndedAsync("stopped", runs: 2);

        Assert.Equal("ABORTED", stopped.Status);
        AssertSucceeded(second);
        Assert.Equal(stopped.Run, second.Run);
        Assert.Equal(photos, (await account.MarkerAsync(second)).Summary.Images);
    }

    [ExhaustiveFact]
    public async Task S3_that_is_busy_for_every_fifth_call_of_the_functions_is_asked_again()
    {
        account.Part<FaultPlan>().Add(new ApiFault("s3", Caller: Function, Status: 503, Code: "SlowDown", OneIn: 5));
        await account.UploadAsync("slowfunctions", Photos.Take(Images));
        var run = await account.EndedAsync("slowfunctions");

        AssertSucceeded(run);
        Assert.Equal(Images, (await account.MarkerAsync(run)).Summary.Images);
        Assert.True(account.Part<FaultPlan>().Standings()[0].Struck > 5);
    }

    private static void AssertSucceeded(RunView run) =>
        Assert.True(run.Status == "SUCCEEDED", $"{run.Status} {run.Error}: {run.Cause}");

    /// <summary>Kills functions that work on a batch, as soon as they do, until something else has ended; how many those were.</summary>
    private async Task<int> WhileKillingAsync(int most, Func<Task> other)
    {
        var ended = other();
        var killed = 0;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (!ended.IsCompleted)
        {
            foreach (var victim in account.Part<FunctionInstances>().Of(Function))
            {
                if (killed == most || victim is not { Pid: > 0, Current: { } batch } || !System.Text.Encoding.UTF8.GetString(batch.Payload).Contains("\"work\"", StringComparison.Ordinal)
                    || !seen.Add(batch.RequestId))
                    continue;
                System.Diagnostics.Process.GetProcessById(victim.Pid).Kill();
                killed++;
            }

            await Task.Delay(5);
        }

        await ended;
        return killed;
    }

    public sealed class Account : PipelineAccount
    {
        /// <summary>Ten minutes of the fifteen, and more than a call takes here.</summary>
        public static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

        internal override LocalSettings Settings()
        {
            var settings = base.Settings();
            return settings with { LongestInvocation = Longest, StackParameters = new Dictionary<string, string>(settings.StackParameters) { ["Engine"] = "functions" } };
        }
    }
}
