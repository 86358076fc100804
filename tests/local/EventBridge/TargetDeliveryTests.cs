using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Pomona.Local.Account;
using Pomona.Local.Aws;
using Pomona.Local.EventBridge;
using Pomona.Local.Faults;

namespace Pomona.Local.Tests.EventBridge;

public sealed class TargetDeliveryTests(LocalAccount account) : IClassFixture<LocalAccount>, IAsyncLifetime
{
    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync()
    {
        account.Part<FaultPlan>().Clear();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task A_busy_target_gets_the_event_later()
    {
        var queue = await QueueAsync("busy");
        await RuleAsync("busy", new JsonObject { ["Id"] = "q", ["Arn"] = Arn("sqs", "busy") });
        var faults = account.Part<FaultPlan>();
        faults.Add(new ApiFault("sqs", "SendMessage", Times: 3));
        await PutEventAsync("busy");
        var message = await MessageAsync(queue);

        Assert.Equal("busy", (string?)JsonNode.Parse((string)message["Body"]!)!["source"]);
        Assert.Equal(3, Assert.Single(faults.Standings()).Struck);
        await Eventually.HoldsAsync(() => account.Part<TargetDelivery>().Pending == 0, "the end of the delivery");
    }

    [Fact]
    public async Task What_a_target_does_not_take_as_often_as_its_policy_says_goes_to_its_dead_letter_queue()
    {
        var queue = await QueueAsync("given-up");
        await account.CallAsync("sns", "CreateTopic", new JsonObject { ["Name"] = "silent" });
        await RuleAsync("silent", new JsonObject
        {
            ["Id"] = "t",
            ["Arn"] = Arn("sns", "silent"),
            ["Input"] = "\"transformed\"",
            ["RetryPolicy"] = new JsonObject { ["MaximumRetryAttempts"] = 2, ["MaximumEventAgeInSeconds"] = 3600 },
            ["DeadLetterConfig"] = new JsonObject { ["Arn"] = Arn("sqs", "given-up") },
        });
        var faults = account.Part<FaultPlan>();
        faults.Add(new ApiFault("sns", "Publish"));
        await PutEventAsync("silent");
        var message = await MessageAsync(queue);
        string? Attribute(string name) => (string?)message["MessageAttributes"]?[name]?["StringValue"];

        Assert.Equal("silent", (string?)JsonNode.Parse((string)message["Body"]!)!["source"]);
        Assert.Equal((Arn("sns", "silent"), "2", "MaximumRetryAttempts"), (Attribute("TARGET_ARN"), Attribute("RETRY_ATTEMPTS"), Attribute("EXHAUSTED_RETRY_CONDITION")));
        Assert.Equal("ServiceUnavailable", Attribute("ERROR_CODE"));
        Assert.Equal(3, Assert.Single(faults.Standings()).Struck);
    }

    [Fact]
    public async Task A_schedule_whose_target_is_gone_gives_its_input_to_the_dead_letter_queue_at_once()
    {
        var queue = await QueueAsync("too-late");
        await account.CallAsync("scheduler", "CreateSchedule", new JsonObject
        {
            ["Name"] = "late",
            ["ScheduleExpression"] = "rate(1 hour)",
            ["FlexibleTimeWindow"] = new JsonObject { ["Mode"] = "OFF" },
            ["Target"] = new JsonObject
            {
                ["Arn"] = Arn("sns", "nobody-made-it"),
                ["RoleArn"] = $"arn:aws:iam::{LocalSettings.Account}:role/fires",
                ["Input"] = """{"fired":true}""",
                ["RetryPolicy"] = new JsonObject { ["MaximumRetryAttempts"] = 2, ["MaximumEventAgeInSeconds"] = 600 },
                ["DeadLetterConfig"] = new JsonObject { ["Arn"] = Arn("sqs", "too-late") },
            },
        });
        await account.Part<Schedules>().FireAsync("late", CancellationToken.None);
        var message = await MessageAsync(queue);

        Assert.Equal("""{"fired":true}""", (string?)message["Body"]);
        Assert.Equal("0", (string?)message["MessageAttributes"]!["RETRY_ATTEMPTS"]!["StringValue"]);
    }

    [Theory]
    [InlineData("""{"source":[{"cidr":"10.0.0.0/8"}]}""")]
    [InlineData("""{"detail":{"n":[{"numeric":["about",5]}]}}""")]
    [InlineData("""{"detail":{"n":[{"anything-but":{"cidr":"10.0.0.0/8"}}]}}""")]
    [InlineData("""{"$or":[{"source":[{"exists":"yes"}]}]}""")]
    [InlineData("""{"source":"aws.emr"}""")]
    [InlineData("""["aws.emr"]""")]
    [InlineData("{not json")]
    public async Task A_pattern_that_could_not_be_followed_is_refused_when_the_rule_is_put(string pattern)
    {
        var refused = await Assert.ThrowsAsync<AwsCallException>(
            () => account.CallAsync("events", "PutRule", new JsonObject { ["Name"] = "strange", ["EventPattern"] = pattern }));

        Assert.Equal("InvalidEventPatternException", refused.Code);
    }

    [Fact]
    public async Task A_rule_that_cannot_be_followed_keeps_no_event_from_the_others()
    {
        var queue = await QueueAsync("after");
        // Past the front, which refuses it.
        await account.Cloud.Services.GetRequiredKeyedService<AwsClient>(AwsEndpoint.Moto).CallAsync(
            "events", "PutRule",
            new JsonObject { ["Name"] = "a-strange-one", ["EventPattern"] = """{"source":[{"cidr":"10.0.0.0/8"}]}""" }, CancellationToken.None);
        await RuleAsync("after", new JsonObject { ["Id"] = "q", ["Arn"] = Arn("sqs", "after") });
        await PutEventAsync("after");

        Assert.NotNull(await MessageAsync(queue));
    }

    private static string Arn(string service, string name) => $"arn:aws:{service}:{LocalSettings.Region}:{LocalSettings.Account}:{name}";

    private async Task<string> QueueAsync(string name) =>
        (string)(await account.CallAsync("sqs", "CreateQueue", new JsonObject { ["QueueName"] = name }))["QueueUrl"]!;

    private async Task RuleAsync(string source, JsonObject target)
    {
        await account.CallAsync("events", "PutRule", new JsonObject { ["Name"] = source, ["EventPattern"] = $$"""{"source":["{{source}}"]}""" });
        await account.CallAsync("events", "PutTargets", new JsonObject { ["Rule"] = source, ["Targets"] = new JsonArray(target) });
    }

    private Task<JsonObject> PutEventAsync(string source) => account.CallAsync("events", "PutEvents", new JsonObject
    {
        ["Entries"] = new JsonArray(new JsonObject { ["Source"] = source, ["DetailType"] = "x", ["Detail"] = "{}" }),
    });

    private Task<JsonNode> MessageAsync(string queue) => Eventually.FoundAsync(
        async () => (await account.CallAsync("sqs", "ReceiveMessage", new JsonObject
        {
            ["QueueUrl"] = queue,
            ["MessageAttributeNames"] = new JsonArray("All"),
        }))["Messages"]?[0],
        "the message");
}
