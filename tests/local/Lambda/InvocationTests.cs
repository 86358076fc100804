using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Pomona.Local.Account;
using Pomona.Local.Lambda;

namespace Pomona.Local.Tests.Lambda;

public sealed class InvocationTests(LocalAccount account) : IClassFixture<LocalAccount>
{
    [Fact]
    public async Task A_function_answers_with_its_own_serializer_and_the_log_tail_comes_along()
    {
        account.Host("Echo");
        using var response = await InvokeAsync("Echo", """{"a":[1,"é"]}""", ("X-Amz-Log-Type", "Tail"));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.False(response.Headers.Contains("X-Amz-Function-Error"));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""{"a":[1,"é"]}"""), JsonNode.Parse(await response.Content.ReadAsStringAsync())));
        var log = Encoding.UTF8.GetString(Convert.FromBase64String(response.Headers.GetValues("X-Amz-Log-Result").Single()));
        Assert.Matches("(?s)^START RequestId: .* Version: \\$LATEST\necho .* to you, \\{unknown\\}\nEND RequestId: .*\nREPORT RequestId: .*Max Memory Used: [1-9]", log);
    }

    [Fact]
    public async Task A_last_output_without_a_line_break_is_in_the_log_and_holds_nothing_up()
    {
        account.Host("Mutter");
        using var response = await InvokeAsync("Mutter", "{}", ("X-Amz-Log-Type", "Tail"));

        Assert.Contains("\nno line break\nEND ", Encoding.UTF8.GetString(Convert.FromBase64String(response.Headers.GetValues("X-Amz-Log-Result").Single())), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_function_sees_the_templates_environment_and_nothing_of_ours()
    {
        Environment.SetEnvironmentVariable("POMONA_TEST_SECRET", "ours");
        account.Host("Environment", environment: new() { ["COLOUR"] = "green" });
        var seen = JsonNode.Parse(await BodyAsync("Environment", "{}"))!.AsObject();

        Assert.Equal("green", (string?)seen["COLOUR"]);
        Assert.Equal("Environment", (string?)seen["AWS_LAMBDA_FUNCTION_NAME"]);
        Assert.Equal(LocalSettings.Region, (string?)seen["AWS_REGION"]);
        Assert.False(seen.ContainsKey("POMONA_TEST_SECRET"));
    }

    [Fact]
    public async Task The_context_tells_name_memory_request_and_remaining_time()
    {
        account.Host("Context", memory: 512);
        using var response = await InvokeAsync("Context", "{}");
        var request = response.Headers.GetValues("x-amzn-RequestId").Single();

        Assert.Equal($"\"Context 512 {request} True\"", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task An_answer_that_is_too_large_is_the_function_s_error_at_once()
    {
        account.Host("Babble");
        using var response = await InvokeAsync("Babble", "{}");
        var error = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;

        Assert.Equal("Unhandled", response.Headers.GetValues("X-Amz-Function-Error").Single());
        Assert.Equal("Function.ResponseSizeTooLarge", (string?)error["errorType"]);
    }

    [Fact]
    public async Task An_exception_is_reported_as_lambda_reports_it()
    {
        account.Host("Throw");
        using var response = await InvokeAsync("Throw", "{}");
        var error = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("Unhandled", response.Headers.GetValues("X-Amz-Function-Error").Single());
        Assert.Equal("InvalidOperationException", (string?)error["errorType"]);
        Assert.Equal("the reason", (string?)error["errorMessage"]);
        Assert.Contains("Samples.Throw", (string?)error["stackTrace"]![0]);
        Assert.Equal("below", (string?)error["cause"]!["errorMessage"]);
    }

    [Fact]
    public async Task A_function_that_takes_too_long_is_killed_and_the_next_event_gets_a_new_process()
    {
        var pool = account.Host("Sleep", seconds: 5);
        using var response = await InvokeAsync("Sleep", "{}", ("X-Amz-Log-Type", "Tail"));
        var error = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;

        Assert.Equal("Sandbox.Timedout", (string?)error["errorType"]);
        Assert.EndsWith("Task timed out after 5.00 seconds", (string?)error["errorMessage"]);
        Assert.Contains("going to sleep", Encoding.UTF8.GetString(Convert.FromBase64String(response.Headers.GetValues("X-Amz-Log-Result").Single())), StringComparison.Ordinal);
        using var again = await InvokeAsync("Sleep", "{}");
        Assert.Equal(2, pool.Count.Failed);
    }

    [Fact]
    public async Task A_function_that_takes_too_much_memory_is_killed()
    {
        account.Host("Hog", memory: 192);
        using var response = await InvokeAsync("Hog", "{}");

        Assert.Equal("Runtime.OutOfMemory", (string?)JsonNode.Parse(await response.Content.ReadAsStringAsync())!["errorType"]);
    }

    [Fact]
    public async Task A_function_has_a_temporary_folder_of_its_own_that_ends_with_it()
    {
        var pool = account.Host("Scribble");
        var folder = JsonNode.Parse(await BodyAsync("Scribble", """{"megabytes":1,"milliseconds":0}"""))!.ToString();

        Assert.True(File.Exists(Path.Combine(folder, "scribbled")));
        Assert.StartsWith(account.Folder, folder, StringComparison.Ordinal);
        await pool.DisposeAsync();
        await Eventually.HoldsAsync(() => !Directory.Exists(folder), "the end of the temporary folder");
    }

    [Fact]
    public async Task A_function_that_fills_its_temporary_folder_fails_as_on_a_full_disk()
    {
        var pool = account.Host("Scribble", "Scribbles");
        pool.Definition = pool.Definition with { DiskMegabytes = 4 };
        var error = JsonNode.Parse(await BodyAsync("Scribbles", """{"megabytes":5,"milliseconds":20000}"""))!;

        Assert.Equal("IOException", (string?)error["errorType"]);
        Assert.EndsWith("No space left on device: /tmp holds more than 4 MB", (string?)error["errorMessage"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_process_that_is_killed_in_the_middle_fails_its_event_and_the_next_gets_another()
    {
        account.Host("Scribble", "Killed");
        var invoked = BodyAsync("Killed", """{"megabytes":0,"milliseconds":20000}""");
        await Eventually.HoldsAsync(
            () => account.Part<FunctionInstances>().Of("Killed") is [{ Pid: > 0 } instance] && File.Exists(Path.Combine(instance.Temporary.FullName, "scribbled")), "the call");
        System.Diagnostics.Process.GetProcessById(account.Part<FunctionInstances>().Of("Killed")[0].Pid).Kill();

        Assert.Equal("Runtime.ExitError", (string?)JsonNode.Parse(await invoked)!["errorType"]);
        Assert.Contains("tmp", await BodyAsync("Killed", """{"megabytes":0,"milliseconds":0}"""), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Calls_beyond_what_the_account_may_have_at_once_are_refused_and_events_come_again()
    {
        account.Host("Scribble", "Many");
        account.Host("Record", environment: new() { ["RECORD"] = Path.Combine(account.Folder, "waited") });
        const string Slow = """{"megabytes":0,"milliseconds":500}""";
        var calls = Enumerable.Range(0, account.Cloud.Settings.FunctionQuota + 3).Select(_ => InvokeAsync("Many", Slow)).ToArray();
        await Eventually.HoldsAsync(() => calls.Count(static call => call.IsCompleted) == 3, "the refusals");
        using var queued = await InvokeAsync("Record", "{}", ("X-Amz-Invocation-Type", "Event"));
        var answers = await Task.WhenAll(calls);

        Assert.Equal(3, answers.Count(static answer => answer.StatusCode == HttpStatusCode.TooManyRequests));
        Assert.Equal(HttpStatusCode.Accepted, queued.StatusCode);
        await Eventually.HoldsAsync(() => File.Exists(Path.Combine(account.Folder, "waited")), "the event that waited");
    }

    [Fact]
    public async Task A_process_that_exits_is_reported_with_its_code()
    {
        account.Host("Exit");
        var error = JsonNode.Parse(await BodyAsync("Exit", "{}"))!;

        Assert.Equal("Runtime.ExitError", (string?)error["errorType"]);
        Assert.EndsWith("exit status 7", (string?)error["errorMessage"]);
    }

    [Fact]
    public async Task Functions_of_one_assembly_share_no_state()
    {
        account.Host("Count", "CountA");
        account.Host("Count", "CountB");

        Assert.Equal(["1", "2", "1"], [await BodyAsync("CountA", "{}"), await BodyAsync("CountA", "{}"), await BodyAsync("CountB", "{}")]);
    }

    [Fact]
    public async Task A_handler_that_does_not_exist_is_a_function_error()
    {
        account.Host("NoSuchMethod");
        var error = JsonNode.Parse(await BodyAsync("NoSuchMethod", "{}"))!;

        Assert.Contains("0 public methods 'NoSuchMethod'", (string?)error["errorMessage"]);
    }

    [Theory]
    [InlineData("nobody", "{}", "", 404, "ResourceNotFoundException")]
    [InlineData("Echo2", "{not json", "", 400, "InvalidRequestContentException")]
    [InlineData("Echo2", "{}", "Sometimes", 400, "InvalidParameterValueException")]
    [InlineData("Off", "{}", "", 429, "TooManyRequestsException")]
    public async Task Bad_calls_are_refused_as_aws_refuses_them(string function, string payload, string kind, int status, string error)
    {
        if (!account.Part<FunctionRegistry>().TryGet("Echo2", out _))
        {
            account.Host("Echo", "Echo2");
            account.Host("Echo", "Off").ReservedConcurrency = 0;
        }

        using var response = await InvokeAsync(function, payload, ("X-Amz-Invocation-Type", kind));

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(error, response.Headers.GetValues("x-amzn-ErrorType").Single());
    }

    [Fact]
    public async Task A_synchronous_payload_of_more_than_6_MB_is_refused()
    {
        account.Host("Echo", "Echo3");
        using var response = await InvokeAsync("Echo3", $"\"{new string('x', 6 * 1024 * 1024)}\"");

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    [Fact]
    public async Task An_asynchronous_event_is_tried_three_times_and_then_goes_to_the_dead_letter_queue()
    {
        var queue = await account.CallAsync("sqs", "CreateQueue", new JsonObject { ["QueueName"] = "dead" });
        account.Host("FailUntil", "Fails", deadLetters: $"arn:aws:sqs:{LocalSettings.Region}:{LocalSettings.Account}:dead");
        var file = Path.Combine(account.Folder, "attempts");
        var payload = new JsonObject { ["file"] = file, ["failures"] = 99 };
        using var response = await InvokeAsync("Fails", payload.ToJsonString(), ("X-Amz-Invocation-Type", "Event"));
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);

        var message = await Eventually.FoundAsync(
            async () => (await account.CallAsync("sqs", "ReceiveMessage", new JsonObject
            {
                ["QueueUrl"] = (string)queue["QueueUrl"]!,
                ["MessageAttributeNames"] = new JsonArray("All"),
            }))["Messages"]?[0],
            "the dead letter");
        Assert.Equal(payload.ToJsonString(), (string?)message["Body"]);
        Assert.Equal("attempt 3", (string?)message["MessageAttributes"]!["ErrorMessage"]!["StringValue"]);
        Assert.Equal("xxx", await File.ReadAllTextAsync(file));
    }

    [Fact]
    public async Task An_asynchronous_event_that_succeeds_at_last_is_not_repeated()
    {
        account.Host("FailUntil", "Recovers");
        var file = Path.Combine(account.Folder, "recovers");
        using var response = await InvokeAsync(
            "Recovers", new JsonObject { ["file"] = file, ["failures"] = 1 }.ToJsonString(), ("X-Amz-Invocation-Type", "Event"));

        await Eventually.HoldsAsync(
            () => File.Exists(file) && File.ReadAllText(file).Length == 2 && account.Part<AsyncInvocations>().Pending == 0,
            "the second attempt");
    }

    private async Task<string> BodyAsync(string function, string payload)
    {
        using var response = await InvokeAsync(function, payload);
        return await response.Content.ReadAsStringAsync();
    }

    private async Task<HttpResponseMessage> InvokeAsync(string function, string payload, params (string Name, string Value)[] headers)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(
            HttpMethod.Post, new Uri(account.Cloud.Settings.Front, $"2015-03-31/functions/{function}/invocations"))
        {
            Content = new StringContent(payload),
        };
        request.Headers.TryAddWithoutValidation(
            "Authorization", "AWS4-HMAC-SHA256 Credential=me/20260101/us-east-1/lambda/aws4_request, SignedHeaders=host, Signature=0");
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await http.SendAsync(request);
    }
}
