using System.Text;
using System.Text.Json;
using Amazon.Lambda.Serialization.SystemTextJson;
using Pomona.Contracts;
using Pomona.Functions.Hosting;
using Pomona.Functions.Tests.Fakes;

namespace Pomona.Functions.Tests;

/// <summary>Every function answers the JSON that AWS documents (tests/events), through the real serializer.</summary>
public sealed class EventTests
{
    private readonly Stack _stack = new();

    [Fact]
    public async Task StartRun_starts_one_run_for_an_event_of_two_uploads()
    {
        await HandlerCall.InvokeAsync(_stack.StartRun, HandlerCall.Event("start-run"));

        Assert.StartsWith("fruits-20261121T130455Z-", Assert.Single(_stack.Executions.Started).Name, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StartRun_starts_a_run_for_an_upload_into_a_company_s_bucket()
    {
        await HandlerCall.InvokeAsync(_stack.StartRun, HandlerCall.Event("start-run.event-bridge"));

        Assert.StartsWith("fruits-20261121T130455Z-", Assert.Single(_stack.Executions.Started).Name, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FinishRun_answers_the_waiting_task_for_a_marker_in_a_company_s_bucket()
    {
        _stack.Executions.Waiting[Stack.Token] = true;
        _stack.AddMarker();

        await HandlerCall.InvokeAsync(_stack.FinishRun, HandlerCall.Event("finish-run.event-bridge"));

        Assert.Single(_stack.Executions.Succeeded);
    }

    [Theory]
    [InlineData("\"pomona-test\"", "\"another\"")]
    [InlineData("Object Created", "Object Deleted")]
    [InlineData("datasets/", "elsewhere/")]
    [InlineData("\"object\"", "\"objekt\"")]
    [InlineData("\"detail\"", "\"details\"")]
    public async Task StartRun_starts_nothing_for_another_event_of_EventBridge_s(string was, string now)
    {
        var json = Encoding.UTF8.GetString(HandlerCall.Event("start-run.event-bridge"));
        Assert.Contains(was, json, StringComparison.Ordinal);

        await HandlerCall.InvokeAsync(_stack.StartRun, Encoding.UTF8.GetBytes(json.Replace(was, now, StringComparison.Ordinal)));

        Assert.Empty(_stack.Executions.Started);
    }

    [Fact]
    public void A_key_of_EventBridge_s_is_taken_as_it_is_and_one_of_a_notification_s_is_decoded()
    {
        var plain = new BucketEvent { DetailType = "Object Created", Detail = new(new("b"), new("datasets/a+b/c%20d.jpg")) };

        Assert.Equal(["datasets/a+b/c%20d.jpg"], BucketEvent.KeysOf(plain, "b"));
        Assert.Equal(["datasets/a b/c d.jpg"], BucketEvent.KeysOf(Uploads.Of("b", "datasets/a+b/c%20d.jpg"), "b"));
    }

    [Fact]
    public async Task FinishRun_answers_the_waiting_task_with_the_marker_s_summary()
    {
        _stack.Executions.Waiting[Stack.Token] = true;
        _stack.AddMarker();

        await HandlerCall.InvokeAsync(_stack.FinishRun, HandlerCall.Event("finish-run"));

        var (_, output) = Assert.Single(_stack.Executions.Succeeded);
        Assert.Equal(Stack.Summary, JsonSerializer.Deserialize(output, ContractJson.Readable.RunSummary));
    }

    [Theory]
    [InlineData("watch-cluster.step-failed", "WAITING", "FAILED", "Pomona.StepFailed")]
    [InlineData("watch-cluster.step-failed", "WAITING", "CANCELLED", "Pomona.StepCancelled")]
    [InlineData("watch-cluster.cluster-ended", "TERMINATED_WITH_ERRORS", "CANCELLED", "Pomona.ClusterEnded")]
    public async Task WatchCluster_fails_the_waiting_task_with_the_reason(string name, string cluster, string step, string error)
    {
        _stack.Executions.Waiting[Stack.Token] = true;
        _stack.AddCluster(state: cluster, stepState: step);

        await HandlerCall.InvokeAsync(_stack.WatchCluster, HandlerCall.Event(name));

        var failed = Assert.Single(_stack.Executions.Failed);
        Assert.Equal((Stack.Token, error), (failed.Token, failed.Error));
        Assert.Contains(error == "Pomona.ClusterEnded" ? "why" : "exit code 1", failed.Cause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WatchCluster_ends_the_cluster_of_an_aborted_execution()
    {
        _stack.AddCluster();
        _stack.AddCluster("j-OTHER", execution: MemoryExecutions.Prefix + "other");
        _stack.Executions.Run("other");
        _stack.Executions.End(Stack.ExecutionName);

        await HandlerCall.InvokeAsync(_stack.WatchCluster, HandlerCall.Event("watch-cluster.execution-aborted"));

        Assert.Equal([Stack.ClusterId], _stack.Clusters.Terminated);
    }

    [Fact]
    public async Task ReapClusters_reports_what_it_ended()
    {
        _stack.AddCluster();

        var report = await HandlerCall.InvokeAsync(_stack.ReapClusters, HandlerCall.Event("reap-clusters"));

        Assert.Equal([Stack.ClusterId], _stack.Clusters.Terminated);
        Assert.Equal(
            """{"examined":1,"terminated":[{"clusterId":"j-1ABCDEFGHIJKL","run":"20261121T130455Z-3f9a2c1b","dataset":"fruits","hours":0.33,"reason":"Orphaned"}],"failed":[]}""",
            report!.Value.GetRawText());
        Assert.Single(_stack.Mailbox.Mails);
    }

    [Fact]
    public async Task OpenRun_lets_the_lock_s_own_execution_go()
    {
        _stack.Bucket["locks/fruits"] = JsonSerializer.SerializeToUtf8Bytes(
            new DatasetLock(Stack.Fruits, Stack.Run, Stack.ExecutionName, _stack.Clock.GetUtcNow()), ContractJson.Readable.DatasetLock);

        var open = await HandlerCall.InvokeAsync(_stack.OpenRun, HandlerCall.Event("open-run"));

        Assert.Equal(
            """{"verdict":"go","reason":"","dataset":"fruits","run":"20261121T130455Z-3f9a2c1b","executionName":"fruits-20261121T130455Z-3f9a2c1b","executionArn":"arn:aws:states:eu-west-3:123456789012:execution:pomona-pipeline:fruits-20261121T130455Z-3f9a2c1b","manual":false,"now":false,"components":50,"exifRotation":"on","decode":"exact","cluster":null,"inputUri":"s3://pomona-test/datasets/fruits/","outputUri":"s3://pomona-test/runs/fruits/20261121T130455Z-3f9a2c1b/","engine":"cluster","testSplit":null,"basis":null,"fresh":false}""",
            open!.Value.GetRawText());
    }

    [Fact]
    public async Task OpenRun_takes_the_lock_for_an_execution_started_by_hand()
    {
        var open = (await HandlerCall.InvokeAsync(_stack.OpenRun, HandlerCall.Event("open-run.by-hand")))!.Value;

        Assert.Equal("go", open.GetProperty("verdict").GetString());
        Assert.True(open.GetProperty("manual").GetBoolean());
        Assert.Equal(30, open.GetProperty("components").GetInt32());
        Assert.Equal(16, open.GetProperty("cluster").GetProperty("taskVcpus").GetInt32());
        var held = JsonSerializer.Deserialize(_stack.Bucket["locks/fruits"], ContractJson.Readable.DatasetLock)!;
        Assert.Equal("try-1", held.ExecutionName);
        Assert.Equal(held.Run.Value, open.GetProperty("run").GetString());
    }

    [Fact]
    public async Task MeasureDataset_settles_when_two_measurements_agree()
    {
        _stack.AddImages(3);
        _stack.Bucket["datasets/fruits/readme.txt"] = [1];

        var first = (await HandlerCall.InvokeAsync(_stack.MeasureDataset, HandlerCall.Event("measure-dataset")))!.Value;
        var again = HandlerCall.Event("measure-dataset.again");
        var other = (await HandlerCall.InvokeAsync(_stack.MeasureDataset, again))!.Value;
        var fingerprint = first.GetProperty("fingerprint").GetString()!;
        var settled = (await HandlerCall.InvokeAsync(
            _stack.MeasureDataset, Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(again).Replace(new string('0', 64), fingerprint, StringComparison.Ordinal))))!.Value;

        Assert.Equal(
            $$"""{"images":3,"bytes":9,"skippedFiles":1,"newestChange":"2026-11-21T12:00:00+00:00","fingerprint":"{{fingerprint}}","settled":false,"sameAsLatestRun":false,"measuredAt":"2026-11-21T13:04:55+00:00"}""",
            first.GetRawText());
        Assert.False(other.GetProperty("settled").GetBoolean());
        Assert.True(settled.GetProperty("settled").GetBoolean());
    }

    [Fact]
    public async Task PlanRun_answers_with_every_member_that_the_workflow_reads()
    {
        _stack.AddImages(1000);

        var plan = (await HandlerCall.InvokeAsync(_stack.PlanRun, HandlerCall.Event("plan-run")))!.Value;

        Assert.Equal("rent", plan.GetProperty("verdict").GetString());
        Assert.Equal(2, plan.GetProperty("plan").GetProperty("shards").GetInt32());
        Assert.Equal("Hadoop", plan.GetProperty("cluster").GetProperty("applications")[0].GetProperty("Name").GetString());
        Assert.Equal("MASTER", plan.GetProperty("cluster").GetProperty("instances").GetProperty("InstanceFleets")[0].GetProperty("InstanceFleetType").GetString());
        Assert.True(plan.GetProperty("estimate").GetProperty("cost").GetDecimal() > 0);
    }

    [Theory]
    [InlineData("ready", "Pomona: fruits is ready, the job begins", "Pomona : fruits est pret, le calcul commence")]
    [InlineData("finished", "Pomona: fruits has finished", "Pomona : fruits est fini")]
    [InlineData("failed", "Pomona: fruits has failed", "Pomona : fruits a echoue")]
    [InlineData("over-budget", "Pomona: fruits is over budget", "Pomona : fruits depasse le budget")]
    public async Task ComposeMail_writes_in_both_languages(string mail, string english, string french)
    {
        foreach (var (language, subject) in new[] { ("en", english), ("fr", french) })
        {
            _stack["POMONA_LANGUAGE"] = language;

            var composed = (await HandlerCall.InvokeAsync(_stack.ComposeMail, HandlerCall.Event($"compose-mail.{mail}")))!.Value;

            Assert.Equal(subject, composed.GetProperty("subject").GetString());
            Assert.Contains("fruits", composed.GetProperty("message").GetString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task CloseRun_says_whether_the_data_set_changed_and_what_runs_next()
    {
        _stack.AddImages(3);

        var closed = (await HandlerCall.InvokeAsync(_stack.CloseRun, HandlerCall.Event("close-run")))!.Value;

        var next = Assert.Single(_stack.Executions.Started).Name;
        Assert.Equal(
            $$"""{"released":false,"changed":true,"nextRun":"{{next["fruits-".Length..]}}","nextExecutionArn":"{{MemoryExecutions.Prefix}}{{next}}"}""",
            closed.GetRawText());
    }

    [Fact]
    public async Task CostPeriod_is_the_last_four_weeks()
    {
        var period = await HandlerCall.InvokeAsync(_stack.CostPeriod, HandlerCall.Event("cost-period"));

        Assert.Equal("""{"start":"2026-10-24","end":"2026-11-21","date":"2026-11-21"}""", period!.Value.GetRawText());
    }

    [Fact]
    public async Task ReportCosts_writes_a_page_and_a_table_and_a_mail()
    {
        var report = (await HandlerCall.InvokeAsync(_stack.ReportCosts, HandlerCall.Event("report-costs")))!.Value;

        Assert.Equal("costs/2026-11-23.html", report.GetProperty("html").GetString());
        Assert.Equal(["costs/2026-11-23.csv", "costs/2026-11-23.html"], _stack.Bucket.Keys);
        Assert.Equal("Pomona: What Pomona cost, 2026-11-23: 1.27 USD", report.GetProperty("subject").GetString());
    }

    public static TheoryData<string> Malformed =>
    [
        "", " ", "{", "null", "[]", "42", "\"text\"", "{}", "{\"Records\":null}", "{\"Records\":{}}", "{\"Records\":[null]}",
        "{\"Records\":[{\"s3\":null,\"Sns\":null}]}", "{\"Records\":[{\"eventName\":\"ObjectCreated:Put\",\"s3\":{\"bucket\":null,\"object\":null}}]}",
        "{\"Records\":[{\"eventTime\":\"yesterday\"}]}", "{\"Records\":[{\"Sns\":{\"Message\":\"{\"}}]}",
        "{\"Records\":[{\"Sns\":{\"Message\":\"[1]\"}},{\"Sns\":{\"Message\":\"{\\\"detail\\\":3}\"}},{\"Sns\":{\"Message\":\"null\"}}]}",
        "{\"dataset\":\"../../etc\"}", "{\"dataset\":7}", "{\"dataset\":\"fruits\\n\",\"run\":\"x\"}", "{\"dataset\":null,\"run\":null}",
        "{\"input\":{\"dataset\":\"$(reboot)\"},\"executionName\":\"a\",\"executionArn\":\"a\"}", "{\"input\":[]}", "{\"input\":null}",
        "{\"mail\":\"nonsense\"}", "{\"period\":{\"start\":\"../x\",\"end\":\"y\",\"date\":\"../../x\"},\"byService\":{},\"byRun\":{}}",
    ];

    [Theory]
    [MemberData(nameof(Malformed))]
    public async Task A_malformed_event_is_refused_or_ignored_and_nothing_is_done(string json)
    {
        foreach (var function in _stack.Functions)
            await RefusedOrIgnoredAsync(function, Encoding.UTF8.GetBytes(json));

        Assert.Empty(_stack.Deeds);
    }

    [Fact]
    public async Task A_deeply_nested_a_huge_and_a_binary_event_are_refused_or_ignored_and_nothing_is_done()
    {
        var deep = Encoding.UTF8.GetBytes("{\"Records\":" + new string('[', 100_000) + new string(']', 100_000) + "}");
        var huge = Encoding.UTF8.GetBytes("{\"Records\":[{\"eventName\":\"ObjectCreated:Put\",\"s3\":{\"bucket\":{\"name\":\"pomona-test\"},\"object\":{\"key\":\"datasets/fruits/"
            + new string('a', 6_000_000) + ".jpg\"}},\"Sns\":{\"Message\":\"" + new string('b', 6_000_000) + "\"}}]}");
        byte[] binary = [.. Enumerable.Range(0, 4096).Select(i => (byte)(i * 7))];

        foreach (var function in _stack.Functions)
        {
            foreach (var json in new[] { deep, huge, binary })
                await RefusedOrIgnoredAsync(function, json);
        }

        Assert.Empty(_stack.Deeds);
    }

    [Fact]
    public async Task Events_with_any_bytes_changed_never_crash_a_function_in_an_unnamed_way()
    {
        var random = new Random(11);
        string[] names = [.. Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "events"), "*.json").Select(p => Path.GetFileNameWithoutExtension(p)).Order(StringComparer.Ordinal)];
        foreach (var name in names)
        {
            var original = HandlerCall.Event(name);
            for (var round = 0; round < 40; round++)
            {
                var damaged = original.ToArray();
                for (var n = random.Next(1, 6); n > 0; n--)
                    damaged[random.Next(damaged.Length)] = (byte)random.Next(32, 127);
                var stack = new Stack();
                foreach (var function in stack.Functions)
                    await RefusedOrIgnoredAsync(function, damaged);
            }
        }
    }

    /// <summary>A function may refuse: the runtime reports the error and lives on.</summary>
    private static async Task RefusedOrIgnoredAsync(object function, byte[] json)
    {
        // These act on a schedule, whatever the event says, and have nothing to act on here.
        var named = await Record.ExceptionAsync(() => HandlerCall.InvokeAsync(function, json));
        if (named is not null)
        {
            Assert.True(
                named is JsonSerializerException or InvalidExecutionInputException or FormatException,
                $"{function.GetType().Name}: {named}");
        }
    }
}
