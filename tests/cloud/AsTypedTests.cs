using Amazon.S3.Model;
using Pomona.Contracts;

namespace Pomona.Cloud.Tests;

/// <summary>
/// The commands as a person types them, through AWS_ENDPOINT_URL. Few tests with many steps: each call starts two programs.
/// </summary>
public sealed class AsTypedTests(PlayedAccount account) : IClassFixture<PlayedAccount>
{
    private string Prefix => $"runs/{PlayedAccount.Dataset}/{account.Run}/";

    [AccountFact]
    public async Task A_run_is_followed_listed_fetched_and_its_logs_read()
    {
        Assert.Equal(ExitCode.Success, account.Watched.Code);
        Assert.Matches($"(?m)^.*run {account.Run} of fruits, begun ", account.Watched.Output);
        // Its size, in whichever state it is seen first.
        Assert.Matches("(?m)^.*cluster j-[A-Z0-9]+ is [A-Z_]+ \\(8 vCPUs, about 0\\.[0-9]+ USD per hour\\)$", account.Watched.Output);
        Assert.Matches("(?m)^.*cluster j-[A-Z0-9]+ is TERMINATED\\b", account.Watched.Output);
        Assert.Matches($"(?m)^run {account.Run} of fruits: finished, (less than|about) 0\\.[0-9]+ USD \\(prices of ", account.Watched.Output);

        var listed = (await account.CloudAsync("--json", "runs")).Read().AsArray().Single(run => (string?)run!["run"] == account.Run)!;
        Assert.Equal(("SUCCEEDED", "finished", 20, "TERMINATED"), ((string)listed["status"]!, (string)listed["outcome"]!, (int)listed["images"]!, (string)listed["clusterState"]!));
        Assert.InRange((decimal)listed["cost"]!, 0.0001m, 1m);

        var report = await account.CloudAsync("report", PlayedAccount.Dataset);
        var page = Path.Combine(account.Folder, "runs", account.Run, "report.html");
        Assert.Equal((ExitCode.Success, page + "\n"), (report.Code, report.Output));
        Assert.Contains("<html", await File.ReadAllTextAsync(page));
        // It goes on where the report was fetched, and the second time there is nothing to fetch.
        var fetched = (await account.CloudAsync("--json", "download", account.Run)).Read();
        Assert.Equal((1, true), ((int)fetched["there"]!, (bool)fetched["isWhole"]!));
        Assert.True(File.Exists(Path.Combine(Path.GetDirectoryName(page)!, RunLayout.Marker)));

        var logs = await account.CloudAsync("logs", account.Run, "--lines", "3");
        Assert.Matches(@"(?s)s3://[^/]+/logs/j-[A-Z0-9]+/steps/s-[A-Z0-9]+/stdout\.gz\n.*Report: s3://.*All of it: aws s3 sync s3://", logs.Output);
    }

    [AccountFact]
    public async Task A_run_is_removed_but_not_what_no_run_wrote_and_only_after_a_yes()
    {
        // A copy under another id: the ledger proves it as it proves the run.
        const string Copy = "20260101T000000Z-00000001";
        await CopyAsync(Copy, _ => true);
        await account.S3.PutObjectAsync(new PutObjectRequest { BucketName = account.Bucket, Key = $"runs/fruits/{Copy}/notes.txt", ContentBody = "mine" });

        var asked = await account.CloudAsync("rm", Copy);
        Assert.Equal(ExitCode.Usage, asked.Code);
        Assert.Matches($"runs/fruits/{Copy}/: [0-9]+ files, .* finished on ", asked.Output);
        Assert.Contains("--yes says yes to it", asked.Error);
        var removed = (await account.CloudAsync("--json", "rm", Copy, "--yes")).Read();
        Assert.Equal(["notes.txt"], removed["leftAlone"]!.AsArray().Select(key => (string)key!).Where(key => !key.StartsWith("work/", StringComparison.Ordinal)));
        Assert.Equal(ExitCode.Conflict, (await account.CloudAsync("rm", Copy, "--yes")).Code);
        Assert.NotEmpty(await KeysAsync(Prefix));
        Assert.NotEmpty(await KeysAsync("datasets/fruits/"));
    }

    [AccountFact]
    public async Task A_run_is_stopped_and_gone_on_with_and_one_that_is_on_is_neither_removed_nor_gone_on_with()
    {
        const string Copy = "20260101T000000Z-00000002";
        await CopyAsync(Copy, static key => key != RunLayout.Marker);
        await using var held = await account.FaultAsync("""{"service": "lambda", "path": "PlanRun", "hold": true}""");

        var resumed = await account.CloudAsync("resume", Copy, "--yes");
        Assert.Equal(ExitCode.Success, resumed.Code);
        Assert.Contains("20 of 20 images have features, and are not computed again", resumed.Output);
        Assert.Equal(Copy, await account.BegunAsync(run => (string?)run["run"] == Copy));
        Assert.Contains("is on (", (await account.CloudAsync("rm", Copy, "--yes")).Error);
        Assert.Contains("is on (", (await account.CloudAsync("resume", Copy, "--yes")).Error);

        var stopped = await account.CloudAsync("stop", Copy, "--yes");
        Assert.Equal(ExitCode.Success, stopped.Code);
        Assert.Contains("It has no cluster yet. What is done stays (20 of 20 images)", stopped.Output);
        Assert.Contains("is not on: stopped by hand", (await account.CloudAsync("stop", Copy, "--yes")).Error);
        var watched = await account.CloudAsync("watch", Copy);
        Assert.Equal(ExitCode.RunFailed, watched.Code);
        Assert.Contains("stopped by hand", watched.Output);
        Assert.Contains("has no cluster, and so no logs", (await account.CloudAsync("logs", Copy)).Error);
    }

    [AccountFact]
    public async Task Dead_letters_are_shown_and_replayed()
    {
        Assert.Equal("There are no dead letters.\n", (await account.CloudAsync("replay")).Output);
        await using (await account.FaultAsync("""{"service": "states", "operation": "StartExecution", "status": 400, "code": "AccessDeniedException"}"""))
        {
            await account.S3.PutObjectAsync(new PutObjectRequest { BucketName = account.Bucket, Key = "datasets/letters/apple/1.jpg", ContentBody = "no image" });
            for (var i = 0; i < 100 && !(await account.CloudAsync("replay", "--list")).Output.Contains("1 left", StringComparison.Ordinal); i++)
                await Task.Delay(500);
        }

        var asked = await account.CloudAsync("replay");
        Assert.Equal(ExitCode.Usage, asked.Code);
        Assert.Matches("for pomona-StartRun: ObjectCreated:Put datasets/letters/apple/1.jpg\n.*\\(3 attempts\\)", asked.Output);
        Assert.Contains("--all replays all of them", asked.Error);
        Assert.EndsWith("1 replayed, 0 left.\n", (await account.CloudAsync("replay", "--all")).Output);
        Assert.Equal("There are no dead letters.\n", (await account.CloudAsync("replay")).Output);
    }

    [AccountFact]
    public async Task Each_failure_is_one_sentence_and_an_exit_code()
    {
        await FailsAsync("there are no AWS credentials", await account.CloudInAsync(new() { ["AWS_ACCESS_KEY_ID"] = null, ["AWS_SECRET_ACCESS_KEY"] = null }, "runs"));
        await FailsAsync("no AWS region is set", await account.CloudInAsync(new() { ["AWS_DEFAULT_REGION"] = null }, "runs"));
        await FailsAsync("there is no AWS profile 'nosuch'", await account.CloudAsync("--profile", "nosuch", "runs"));
        await FailsAsync("there is no stack 'nosuch' (region us-east-1)", await account.CloudAsync("--stack", "nosuch", "runs"));
        await FailsAsync("there is no stack 'pomona' (region eu-west-3)", await account.CloudAsync("--region", "eu-west-3", "runs"));
        await FailsAsync("there is no run 20260101T000000Z-0000ffff in the stack", await account.CloudAsync("download", "20260101T000000Z-0000ffff"));
        await FailsAsync("AWS does not answer", await account.CloudInAsync(new() { ["AWS_ENDPOINT_URL"] = "http://localhost:1" }, "runs"));
        await using (await account.FaultAsync("""{"service": "cloudformation", "status": 400, "code": "ExpiredToken"}"""))
            await FailsAsync("the AWS credentials have expired", await account.CloudAsync("runs"));
        await using (await account.FaultAsync("""{"service": "states", "operation": "ListExecutions", "status": 400, "code": "ThrottlingException"}"""))
            await FailsAsync("AWS throttles these calls", await account.CloudAsync("runs"));
        await using (await account.FaultAsync("""{"service": "s3", "status": 403, "code": "ExpiredToken", "caller": "you"}"""))
            await FailsAsync("the AWS credentials have expired", await account.CloudAsync("--json", "upload", account.Images, "fruits"));

        var local = await account.CloudInAsync(new() { ["AWS_ENDPOINT_URL"] = null, ["AWS_ACCESS_KEY_ID"] = null, ["AWS_DEFAULT_REGION"] = null }, "--local", "--json", "upload", account.Images, "fruits");
        Assert.Equal((ExitCode.Success, 20), (local.Code, (int)local.Read()["same"]!));
    }

    [AccountFact]
    public async Task What_a_run_would_cost_is_planned_and_a_smoke_test_finds_nothing_that_is_not_as_expected()
    {
        var planned = (await account.CloudAsync("plan", PlayedAccount.Dataset, "--json")).Read();
        Assert.Equal(("rent", 20, true), ((string)planned["verdict"]!, (int)planned["plan"]!["images"]!, (bool)planned["sameAsLatestRun"]!));

        var smoked = await account.CloudAsync("smoke", "--yes", "--json");

        var rows = smoked.Read()["rows"]!.AsArray().ToDictionary(row => (string)row!["expected"]!, row => (string)row!["state"]!);
        Assert.DoesNotContain("NOT as expected", rows.Values);
        Assert.Equal("as expected", rows["every image gave its features"]);
        Assert.Equal("as expected", rows["the cluster is ended"]);
        Assert.Equal("not checked here", rows["executors have the size that was asked for"]);
        Assert.Equal(ExitCode.Success, smoked.Code);
    }

    private static Task FailsAsync(string sentence, PlayedAccount.Ended ended)
    {
        Assert.Equal((ExitCode.Account, string.Empty), (ended.Code, ended.Output));
        // Above it only what was told on the way there.
        Assert.StartsWith($"pomona: {sentence}", ended.Error.TrimEnd('\n').Split('\n')[^1]);
        return Task.CompletedTask;
    }

    private async Task<string[]> KeysAsync(string prefix) =>
        [.. ((await account.S3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = account.Bucket, Prefix = prefix })).S3Objects ?? []).Select(found => found.Key)];

    private async Task CopyAsync(string run, Func<string, bool> isWanted)
    {
        foreach (var key in (await KeysAsync(Prefix)).Where(key => isWanted(key[Prefix.Length..])))
            await account.S3.CopyObjectAsync(account.Bucket, key, account.Bucket, $"runs/fruits/{run}/{key[Prefix.Length..]}");
    }
}
