using System.Text.Json.Nodes;
using Amazon.S3;
using Amazon.S3.Model;
using Pomona.Local.Account;
using Pomona.Local.Moto;
using Pomona.Local.Processes;
using Pomona.Local.Tests.Emr;

namespace Pomona.Local.Tests.Moto;

/// <summary>One test for each correction in local/Moto/patches.py, which fails without it; repeat_less only saves time.</summary>
public sealed class PatchTests(EmrAccount account) : IClassFixture<EmrAccount>
{
    [Fact]
    public async Task A_machine_starts_again_and_again_and_names_those_without_a_name()
    {
        var machine = await MachineAsync("again", """{"StartAt":"A","States":{"A":{"Type":"Succeed"}}}""");
        var executions = new List<JsonObject>();
        for (var i = 0; i < 3; i++)
            executions.Add(await EndAsync(await StartAsync(machine)));

        Assert.All(executions, execution => Assert.Equal("SUCCEEDED", (string?)execution["status"]));
        Assert.Equal(3, executions.Select(execution => (string)execution["name"]!).Distinct().Count(name => name.Length > 0));
    }

    [Fact]
    public async Task Two_starts_at_once_under_one_name_are_one_execution()
    {
        var machine = await MachineAsync("once", """{"StartAt":"A","States":{"A":{"Type":"Wait","Seconds":2400,"End":true}}}""");
        var arns = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => StartAsync(machine, name: "same")));
        var listed = await account.CallAsync("stepfunctions", "ListExecutions", new JsonObject { ["stateMachineArn"] = machine });

        Assert.Single(arns.Distinct());
        Assert.Single(listed["executions"]!.AsArray());
        await StopAsync(arns[0]);
    }

    [Fact]
    public async Task A_task_that_is_told_to_have_failed_keeps_its_cause()
    {
        var (arn, token) = await WaitingForTokenAsync("cause", "");
        await account.CallAsync("stepfunctions", "SendTaskFailure", new JsonObject { ["taskToken"] = token, ["error"] = "Pomona.StepFailed", ["cause"] = "exit code 3" });
        var execution = await EndAsync(arn);

        Assert.Equal(("FAILED", "Pomona.StepFailed", "exit code 3"), ((string?)execution["status"], (string?)execution["error"], (string?)execution["cause"]));
    }

    [Fact]
    public async Task A_missing_heartbeat_has_its_own_name()
    {
        var (arn, _) = await WaitingForTokenAsync("heartbeat", "\"HeartbeatSeconds\":1,");

        Assert.Equal("States.HeartbeatTimeout", (string?)(await EndAsync(arn))["error"]);
    }

    [Fact]
    public async Task A_caught_error_can_be_passed_on_by_its_name()
    {
        var machine = await MachineAsync("passes", """
            {"StartAt":"A","States":{"A":{"Type":"Task","Resource":"arn:aws:states:::aws-sdk:emr:describeCluster","Parameters":{"ClusterId.$":"$.missing"},
            "Catch":[{"ErrorEquals":["States.ALL"],"Next":"B"}],"End":true},
            "B":{"Type":"Pass","Result":{"Error":"States.HeartbeatTimeout","Cause":"late"},"Next":"C"},
            "C":{"Type":"Fail","ErrorPath":"$.Error","CausePath":"$.Cause"}}}
            """);
        var execution = await EndAsync(await StartAsync(machine, input: """{"missing":"j-NOBODY"}"""));

        Assert.Equal(("States.HeartbeatTimeout", "late"), ((string?)execution["error"], (string?)execution["cause"]));
    }

    [Fact]
    public async Task Dates_in_results_are_iso_8601()
    {
        var cluster = await account.RentAsync("dates", keepAlive: true);
        var machine = await MachineAsync("dates", """
            {"StartAt":"A","States":{"A":{"Type":"Task","Resource":"arn:aws:states:::aws-sdk:emr:describeCluster",
            "Parameters":{"ClusterId.$":"$.id"},"ResultSelector":{"at.$":"$.Cluster.Status.Timeline.CreationDateTime"},"End":true}}}
            """);
        var execution = await EndAsync(await StartAsync(machine, input: $$"""{"id":"{{cluster}}"}"""));
        await account.CallAsync("emr", "TerminateJobFlows", new JsonObject { ["JobFlowIds"] = new JsonArray(cluster) });

        Assert.Matches("""^\{"at":\s?"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"\}$""", (string?)execution["output"]);
    }

    [Fact]
    public async Task Errors_of_emr_are_named_as_on_aws()
    {
        var machine = await MachineAsync("errors", """
            {"StartAt":"A","States":{"A":{"Type":"Task","Resource":"arn:aws:states:::aws-sdk:emr:describeCluster","Parameters":{"ClusterId":"j-NOBODY"},
            "Catch":[{"ErrorEquals":["Emr.InvalidRequestException"],"Next":"B"}],"Next":"C"}, "B":{"Type":"Succeed"},"C":{"Type":"Fail"}}}
            """);

        Assert.Equal("SUCCEEDED", (string?)(await EndAsync(await StartAsync(machine)))["status"]);
    }

    [Fact]
    public async Task Cost_explorer_is_reached_by_its_step_functions_name()
    {
        var machine = await MachineAsync("costs", """
            {"StartAt":"A","States":{"A":{"Type":"Task","Resource":"arn:aws:states:::aws-sdk:costexplorer:getCostAndUsage",
            "Parameters":{"TimePeriod":{"Start":"2026-01-01","End":"2026-02-01"},"Granularity":"DAILY","Metrics":["UnblendedCost"]},
            "ResultSelector":{"results.$":"$.ResultsByTime"},"End":true}}}
            """);
        var execution = await EndAsync(await StartAsync(machine));

        Assert.Equal("SUCCEEDED", (string?)execution["status"]);
    }

    [Fact]
    public async Task An_aborted_execution_is_aborted_at_once_although_its_task_waits()
    {
        var (arn, _) = await WaitingForTokenAsync("abort", "");
        await StopAsync(arn);
        var execution = await account.CallAsync("stepfunctions", "DescribeExecution", new JsonObject { ["executionArn"] = arn });

        Assert.Equal("ABORTED", (string?)execution["status"]);
    }

    [Fact]
    public async Task An_execution_that_is_aborted_while_a_task_reads_its_input_has_a_history()
    {
        // Every path takes moto some milliseconds: there is time for the abort.
        var (marks, paths) = (string.Concat(Enumerable.Repeat("{}", 60)), string.Join(',', Enumerable.Range(0, 60).Select(i => $"$.a{i}")));
        var machine = await MachineAsync("reads", $$"""
            {"StartAt":"A","States":{"A":{"Type":"Task","Resource":"arn:aws:states:::aws-sdk:emr:describeCluster","TimeoutSeconds":60,
            "Parameters":{"ClusterId.$":"States.Format('{{marks}}',{{paths}})"},"End":true} } }
            """);
        var input = $"{{{string.Join(',', Enumerable.Range(0, 60).Select(i => $"\"a{i}\":\"x\""))}}}";
        // On a busy machine the abort may come after the task's end: then once more.
        var arn = await Eventually.FoundAsync(
            async () =>
            {
                var started = await StartAsync(machine, input: input);
                await Eventually.FoundAsync(async () => (await HistoryAsync(started)).Contains("TaskStateEntered") ? started : null, "the task");
                await StopAsync(started);
                return (string?)(await EndAsync(started))["status"] == "ABORTED" ? started : null;
            },
            "an abort in time");
        await Task.Delay(1000);

        // The task may have got further than its input; nothing comes after the abort.
        Assert.Equal("ExecutionAborted", (await HistoryAsync(arn))[^1]);
    }

    [Theory]
    [InlineData("""
        "Catch":[{"ErrorEquals":["States.ALL"],"Next":"B"}],
        """, "MapStateFailed MapStateExited SucceedStateEntered SucceedStateExited ExecutionSucceeded")]
    [InlineData("", "MapStateFailed ExecutionFailed")]
    public async Task Iterations_that_another_one_s_failure_ends_tell_nothing_more(string caught, string rest)
    {
        // Each is refused about when the first one is, and reads many paths, which take moto some milliseconds each.
        var (marks, paths) = (string.Concat(Enumerable.Repeat("{}", 20)), string.Join(',', Enumerable.Repeat("$.id", 20)));
        var machine = await MachineAsync($"iterations-{caught.Length}", $$"""
            {"StartAt":"A","States":{"A":{"Type":"Map","ItemsPath":"$.ids","ItemSelector":{"id.$":"$$.Map.Item.Value"},"MaxConcurrency":20,{{caught}}"End":true,
            "ItemProcessor":{"StartAt":"T","States":{
            "T":{"Type":"Task","Resource":"arn:aws:states:::aws-sdk:emr:describeCluster","TimeoutSeconds":60,
            "Parameters":{"ClusterId.$":"States.Format('{{marks}}',{{paths}})"},
            "Retry":[{"ErrorEquals":["States.Timeout"]}],"Catch":[{"ErrorEquals":["States.ALL"],"ResultPath":"$.error","Next":"F"}],"End":true},
            "F":{"Type":"Fail","ErrorPath":"$.error.Error","CausePath":"$.error.Cause"}
            } } },"B":{"Type":"Succeed"} } }
            """);
        var input = new JsonObject { ["ids"] = new JsonArray([.. Enumerable.Range(0, 20).Select(i => (JsonNode)$"{i}")]) };

        for (var i = 0; i < 5; i++)
        {
            var arn = await StartAsync(machine, input: input.ToJsonString());
            await EndAsync(arn);
            await Task.Delay(500);

            Assert.Equal(rest.Split(' '), (await HistoryAsync(arn)).SkipWhile(happened => happened != "MapStateFailed"));
        }
    }

    [Fact]
    public async Task An_execution_can_be_aborted_from_its_first_moment_on()
    {
        // A long machine takes moto a while to read.
        var states = string.Join(',', Enumerable.Range(0, 100).Select(i => $"\"S{i}\":{{\"Type\":\"Wait\",\"Seconds\":2400,\"Next\":\"S{(i + 1) % 100}\"}}"));
        var machine = await MachineAsync("moments", $$$"""{"StartAt":"S0","States":{ {{{states}}} }}""");
        var arn = await StartAsync(machine);
        await StopAsync(arn);

        Assert.Equal("ABORTED", (string?)(await EndAsync(arn))["status"]);
    }

    [Fact]
    public async Task Waits_and_pauses_before_retries_pass_on_scaled_time()
    {
        // At 240 times: two and a half seconds each, instead of ten minutes.
        var machine = await MachineAsync("waits", """
            {"StartAt":"A","States":{"A":{"Type":"Wait","Seconds":600,"Next":"B"},
            "B":{"Type":"Task","Resource":"arn:aws:states:::aws-sdk:emr:describeCluster","Parameters":{"ClusterId":"j-NOBODY"},
            "Retry":[{"ErrorEquals":["States.ALL"],"IntervalSeconds":600,"MaxAttempts":1}],"Catch":[{"ErrorEquals":["States.ALL"],"Next":"C"}],"End":true},
            "C":{"Type":"Succeed"}}}
            """);

        Assert.Equal("SUCCEEDED", (string?)(await EndAsync(await StartAsync(machine)))["status"]);
    }

    [Fact]
    public async Task Of_many_conditional_puts_at_once_exactly_one_wins()
    {
        // Over something large, so that there is time between the check and the write.
        var content = new string('x', 8 << 20);
        for (var i = 0; i < 25; i++)
        {
            var key = $"condition-{i}";
            var put = await account.S3.PutObjectAsync(new PutObjectRequest { BucketName = EmrAccount.Bucket, Key = key, ContentBody = content });
            var won = await Task.WhenAll(Enumerable.Range(0, 16).Select(async n =>
            {
                try
                {
                    await account.S3.PutObjectAsync(
                        new PutObjectRequest { BucketName = EmrAccount.Bucket, Key = key, ContentBody = $"{n}", IfMatch = put.ETag });
                    return true;
                }
                catch (AmazonS3Exception refused) when (refused.StatusCode == System.Net.HttpStatusCode.PreconditionFailed)
                {
                    return false;
                }
            }));

            Assert.Single(won, it => it);
        }
    }

    [Fact]
    public async Task Another_version_of_moto_is_refused_in_one_sentence()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "Moto");
        var server = await FinishedProgram.RunAsync(
            account.Part<PythonEnvironment>().Interpreter,
            ["-c", $"import moto, runpy, sys; moto.__version__ = '5.9.9'; sys.argv = ['serve.py', '1', '2', '1', '1']; runpy.run_path('{folder}/serve.py')"],
            CancellationToken.None);

        Assert.Equal(1, server.Code);
        Assert.Contains("moto 5.9.9 is installed, but the local cloud is checked against 5.2.1 only", server.Error);
    }

    [Fact]
    public async Task What_fails_in_moto_is_named_in_its_answer()
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, account.Cloud.Settings.Front) { Content = new StringContent("[]") };
        request.Content!.Headers.ContentType = new("application/x-amz-json-1.0");
        request.Headers.Add("X-Amz-Target", "AWSStepFunctions.CreateStateMachine");
        request.Headers.TryAddWithoutValidation("Authorization", $"AWS4-HMAC-SHA256 Credential={account.Cloud.Settings.AccessKey("test")}/20260101/{LocalSettings.Region}/states/aws4_request, SignedHeaders=host, Signature=0");
        using var response = await http.SendAsync(request);

        Assert.Equal(System.Net.HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Contains("Error(", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_history_is_told_in_the_pages_and_the_order_that_were_asked_for()
    {
        var machine = await MachineAsync("paged", """{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"B"},"B":{"Type":"Pass","End":true}}}""");
        var arn = await StartAsync(machine);
        await EndAsync(arn);
        var all = await PageAsync(new JsonObject());
        Assert.Equal(6, all.Ids.Length);
        var last = await PageAsync(new JsonObject { ["reverseOrder"] = true, ["maxResults"] = 4 });
        var first = await PageAsync(new JsonObject { ["reverseOrder"] = true, ["maxResults"] = 4, ["nextToken"] = last.Next });

        Assert.Equal(all.Ids.Reverse(), [.. last.Ids, .. first.Ids]);
        Assert.Equal((4, null, null), (last.Ids.Length, all.Next, first.Next));

        async Task<(long[] Ids, string? Next)> PageAsync(JsonObject asked)
        {
            asked["executionArn"] = arn;
            var page = await account.CallAsync("stepfunctions", "GetExecutionHistory", asked);
            return ([.. page["events"]!.AsArray().Select(happened => (long)happened!["id"]!)], (string?)page["nextToken"]);
        }
    }

    private async Task<string> MachineAsync(string name, string definition) =>
        (string)(await account.CallAsync("stepfunctions", "CreateStateMachine", new JsonObject
        {
            ["name"] = name,
            ["definition"] = definition,
            ["roleArn"] = $"arn:aws:iam::{LocalSettings.Account}:role/states",
        }))["stateMachineArn"]!;

    private async Task<string> StartAsync(string machine, string? name = null, string input = "{}")
    {
        var request = new JsonObject { ["stateMachineArn"] = machine, ["input"] = input };
        if (name is not null)
            request["name"] = name;
        return (string)(await account.CallAsync("stepfunctions", "StartExecution", request))["executionArn"]!;
    }

    private Task<JsonObject> StopAsync(string arn) => account.CallAsync("stepfunctions", "StopExecution", new JsonObject { ["executionArn"] = arn });

    private async Task<string[]> HistoryAsync(string arn)
    {
        var history = await account.CallAsync("stepfunctions", "GetExecutionHistory", new JsonObject { ["executionArn"] = arn, ["maxResults"] = 1000 });
        return [.. history["events"]!.AsArray().Select(happened => (string)happened!["type"]!)];
    }

    private Task<JsonObject> EndAsync(string arn) => Eventually.FoundAsync(
        async () =>
        {
            var execution = await account.CallAsync("stepfunctions", "DescribeExecution", new JsonObject { ["executionArn"] = arn });
            return (string)execution["status"]! == "RUNNING" ? null : execution;
        },
        $"the end of {arn}");

    private async Task<(string Arn, string Token)> WaitingForTokenAsync(string name, string timeouts)
    {
        var cluster = await account.RentAsync(name, keepAlive: true);
        var machine = await MachineAsync(name, $$$$"""
            {"StartAt":"A","States":{"A":{"Type":"Task","Resource":"arn:aws:states:::aws-sdk:emr:addJobFlowSteps.waitForTaskToken","TimeoutSeconds":3600,{{{{timeouts}}}}
            "Parameters":{"JobFlowId":"{{{{cluster}}}}","Steps":[{"Name":"wait","ActionOnFailure":"CONTINUE","HadoopJarStep":{"Jar":"command-runner.jar","Args.$":"States.Array('true', $$.Task.Token)"}}]},"End":true}}}
            """);
        var arn = await StartAsync(machine);
        var steps = await Eventually.FoundAsync(
            async () => (await account.CallAsync("emr", "ListSteps", new JsonObject { ["ClusterId"] = cluster }))["Steps"] is JsonArray { Count: > 0 } found ? found : null,
            "the step");
        var token = (string)steps[0]!["Config"]!["Args"]![1]!;
        await account.CallAsync("emr", "TerminateJobFlows", new JsonObject { ["JobFlowIds"] = new JsonArray(cluster) });
        return (arn, token);
    }
}
