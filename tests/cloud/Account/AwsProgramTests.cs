using System.Text.Json.Nodes;
using Pomona.Cloud.Account;
using Pomona.Contracts;

namespace Pomona.Cloud.Tests.Account;

public sealed class AwsProgramTests
{
    [Fact]
    public async Task Values_go_through_a_file_that_is_gone_afterwards_and_never_as_words()
    {
        using var played = new PlayedAws("""echo "{\"file\": \"$4\"}" """);
        var secret = "--endpoint-url=http://evil \"quoted\" file:///etc/passwd";

        var answer = await played.As().AskAsync("sqs", "send-message", new JsonObject { ["MessageBody"] = secret }, default);

        Assert.DoesNotContain("evil", played.Asked[0].Split(" {")[0]);
        Assert.Contains(JsonValue.Create(secret).ToJsonString(), played.Asked[0]);
        Assert.False(File.Exists(((string)answer["file"]!)["file://".Length..]));
    }

    [Fact]
    public async Task Nobody_is_asked_anything_and_nothing_is_paged()
    {
        using var played = new PlayedAws("""read -r line || true; echo "{\"line\": \"$line\", \"pager\": \"[$AWS_PAGER]\", \"region\": \"$AWS_REGION\"}" """);

        var answer = await played.As(environment: new() { ["AWS_REGION"] = "eu-west-3" }).AskAsync("sts", "get-caller-identity", [], default);

        Assert.Equal(("", "[]", "eu-west-3"), ((string)answer["line"]!, (string)answer["pager"]!, (string)answer["region"]!));
    }

    [Theory]
    [InlineData("echo '<html>'", "answered something other than JSON")]
    [InlineData("echo 'An error occurred (Throttling) when calling the X operation: Rate exceeded' >&2; exit 254", "AWS throttles")]
    [InlineData("exit 255", "it says nothing")]
    public async Task A_failure_is_one_sentence(string script, string sentence)
    {
        using var played = new PlayedAws(script);

        var failure = await Assert.ThrowsAsync<PomonaException>(() => played.As().AskAsync("sqs", "list-queues", [], default));

        Assert.Equal(ExitCode.Account, failure.Code);
        Assert.Contains(sentence, failure.Message);
    }

    [Fact]
    public async Task A_machine_without_it_is_told_where_it_comes_from()
    {
        var aws = new AwsProgram("/nowhere/aws", "region eu-west-3", new Dictionary<string, string?>());

        var failure = await Assert.ThrowsAsync<PomonaException>(() => aws.AskAsync("sqs", "list-queues", [], default));

        Assert.Contains("https://aws.amazon.com/cli/", failure.Message);
    }

    [Theory]
    [InlineData("--endpoint-url")]
    [InlineData("file:///etc/passwd")]
    [InlineData("FILEB://x")]
    [InlineData("https://example.org")]
    [InlineData("")]
    [InlineData("a\nb")]
    public void A_word_that_would_be_read_as_something_else_is_refused(string word)
        => Assert.Equal(ExitCode.Usage, Assert.Throws<PomonaException>(() => AwsProgram.Word(word)).Code);

    [Fact]
    public void Any_other_word_is_taken() => Assert.Equal("s3://bucket/a b", AwsProgram.Word("s3://bucket/a b"));
}
