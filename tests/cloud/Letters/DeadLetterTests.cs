using System.Text.Json.Nodes;
using Pomona.Cloud.Letters;
using Pomona.Cloud.Tests.Account;
using Pomona.Contracts;

namespace Pomona.Cloud.Tests.Letters;

public sealed class DeadLetterTests
{
    private const string Watch = "arn:aws:lambda:eu-west-3:123456789012:function:pomona-WatchCluster";

    [Fact]
    public void A_function_s_record_goes_to_that_function_with_what_it_was_called_with()
    {
        var letter = Of("""
            {"requestContext": {"functionArn": "arn:aws:lambda:eu-west-3:123456789012:function:pomona-StartRun:$LATEST", "condition": "RetriesExhausted", "approximateInvokeCount": 3},
             "requestPayload": {"Records": [{"eventName": "ObjectCreated:Put", "s3": {"object": {"key": "datasets/a/b+c%21.jpg"}}}]}, "responsePayload": {"errorMessage": "no\nrights"}}
            """);

        Assert.Equal("arn:aws:lambda:eu-west-3:123456789012:function:pomona-StartRun", letter.Target);
        Assert.Equal(("pomona-StartRun", "ObjectCreated:Put datasets/a/b c!.jpg", "no\\u000arights", 3), (letter.Receiver, letter.About, letter.Error, letter.Attempts));
        Assert.StartsWith("{\"Records\":", letter.Event);
    }

    [Fact]
    public void A_rule_s_event_goes_to_the_rule_s_target()
    {
        var letter = Of(
            """{"detail-type": "EMR Cluster State Change", "detail": {"clusterId": "j-1"}}""",
            ("TARGET_ARN", "arn:aws:sns:eu-west-3:123456789012:pomona-events"), ("ERROR_MESSAGE", "denied"), ("RETRY_ATTEMPTS", "2"));

        Assert.Equal(("pomona-events", "EMR Cluster State Change j-1", "denied", 3), (letter.Receiver, letter.About, letter.Error, letter.Attempts));
    }

    [Fact]
    public void A_topic_s_message_goes_to_the_function_that_listens_as_SNS_would_have_called_it()
    {
        var letter = Of("""{"Type": "Notification", "TopicArn": "arn:aws:sns:eu-west-3:1:pomona-events", "Message": "{\"detail-type\": \"x\"}"}""");

        Assert.Equal((Watch, "x"), (letter.Target, letter.About));
        Assert.Equal("Notification", (string?)JsonNode.Parse(letter.Event)!["Records"]![0]!["Sns"]!["Type"]);
    }

    [Theory]
    [InlineData("no json")]
    [InlineData("{}")]
    public void What_tells_of_nobody_is_shown_and_never_given_to_anybody(string body)
        => Assert.Equal("nobody that is known", Of(body).Receiver);

    [Theory]
    [InlineData("""{"a": 1, "a": 2}""")]
    [InlineData("""{"x": "\ud800"}""")]
    [InlineData("""{"requestContext": {"functionArn": "f"}, "requestPayload": {"detail-type": "\ud800"} }""")]
    [InlineData("""{"requestContext": {"functionArn": "f", "approximateInvokeCount": 1e20}, "requestPayload": {} }""")]
    [InlineData("""{"requestContext": {"functionArn": "f", "approximateInvokeCount": -1}, "requestPayload": {} }""")]
    public void A_letter_of_any_form_is_shown_and_hides_no_other(string body)
    {
        var letter = Of(body);

        Assert.Null(letter.Attempts);
        Assert.NotEmpty(letter.Event);
        Assert.NotEmpty(letter.About);
    }

    [Theory]
    [InlineData("arn:aws:lambda:eu-west-3:123456789012:function:theirs")]
    [InlineData("arn:aws:sns:eu-west-3:123456789012:theirs")]
    [InlineData("arn:aws:states:eu-west-3:123456789012:stateMachine:theirs")]
    [InlineData(null)]
    public async Task A_letter_for_somebody_else_stays_whatever_it_says(string? target)
    {
        using var aws = new PlayedAws("echo '{}'");
        var queue = new DeadLetterQueue(aws.As(), "https://sqs/1/q", Watch, new HashSet<string> { "pomona-StartRun" });

        var refused = await Assert.ThrowsAsync<PomonaException>(() => queue.ReplayAsync(Of("{}") with { Target = target }, default));

        Assert.Contains("it stays where it is", refused.Message);
        Assert.Empty(aws.Asked);
    }

    [Fact]
    public async Task A_letter_is_taken_out_only_after_it_was_given()
    {
        using var aws = new PlayedAws("""[ "$1" != lambda ] || exit 255; echo '{}'""");
        var queue = new DeadLetterQueue(aws.As(), "https://sqs/1/q", Watch, new HashSet<string> { "pomona-StartRun" });
        var letter = Of("{}") with { Target = "arn:aws:lambda:eu-west-3:123456789012:function:pomona-StartRun" };

        await Assert.ThrowsAsync<PomonaException>(() => queue.ReplayAsync(letter, default));

        Assert.Equal("lambda invoke --function-name pomona-StartRun", Assert.Single(aws.Asked).Split(" --invocation-type")[0]);
    }

    private static DeadLetter Of(string body, params (string Name, string Value)[] attributes) => DeadLetter.Of(
        new JsonObject
        {
            ["MessageId"] = "1",
            ["ReceiptHandle"] = "r",
            ["Body"] = body,
            ["Attributes"] = new JsonObject { ["SentTimestamp"] = "1795865885460" },
            ["MessageAttributes"] = new JsonObject([.. attributes.Select(attribute => KeyValuePair.Create(attribute.Name, (JsonNode?)new JsonObject { ["StringValue"] = attribute.Value }))]),
        },
        Watch);
}
