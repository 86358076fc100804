using System.Text.RegularExpressions;

namespace Pomona.Cloud.Tests.Deployment;

/// <summary><c>./pomona cloud deploy</c>, as a person types it, over played tools.</summary>
public sealed class DeployTests : IDisposable
{
    private const string Stacks = """
        {"Stacks": [{"StackName": "pomona", "StackStatus": "CREATE_COMPLETE", "CreationTime": "2026-11-21T13:04:55Z",
          "Outputs": [{"OutputKey": "BucketName", "OutputValue": "b-1"}, {"OutputKey": "PipelineArn", "OutputValue": "arn:aws:states:eu-west-3:123456789012:stateMachine:pomona-pipeline"},
            {"OutputKey": "MailTopicArn", "OutputValue": "arn:aws:sns:eu-west-3:123456789012:pomona-mails"}],
          "Parameters": [{"ParameterKey": "MailAddress", "ParameterValue": "you@example.org"}, {"ParameterKey": "Subnets", "ParameterValue": "subnet-a,subnet-b"}]}]}
        """;

    private const string NoStack = "An error occurred (ValidationError) when calling the DescribeStacks operation: Stack with id pomona does not exist";

    private PlayedTools _tools = new();

    public void Dispose() => _tools.Dispose();

    [AwsFact]
    public void It_checks_then_bundles_then_deploys_then_uploads_with_what_is_current_last_and_says_what_is_left()
    {
        PlayAccount();

        var ended = _tools.Type("deploy", "--subnets", "subnet-a,subnet-b", "--mail", "you@example.org", "--parameter", "ReportSchedule=cron(0 7 ? * MON *)", "--yes");

        Assert.True(ended.ExitCode == 0, ended.Output);
        Assert.Equal(
            [
                "aws cloudformation describe-stacks",
                "deploy-check.sh --stack pomona --subnets subnet-a,subnet-b --mail you@example.org ",
                "pomona bundle ",
                "sam build ",
                "sam deploy --stack-name pomona --region eu-west-3 --no-confirm-changeset --no-fail-on-empty-changeset --parameter-overrides Subnets=\"subnet-a,subnet-b\" MailAddress=\"you@example.org\" ReportSchedule=\"cron(0 7 ? * MON *)\" ",
                "aws cloudformation describe-stacks",
                $"aws s3 sync --only-show-errors --exclude current {_tools.Root}/dist/artifacts s3://b-1/artifacts/ ",
                $"aws s3 cp --only-show-errors {_tools.Root}/dist/artifacts/current s3://b-1/artifacts/current ",
                "aws sns list-subscriptions-by-topic",
            ],
            _tools.Asked.Select(static call => Regex.Replace(call, " --cli-input-json .*", string.Empty)));
        Assert.Contains("Follow the link in the mail that Amazon has sent to you@example.org", ended.Output, StringComparison.Ordinal);
        Assert.Equal(string.Empty, KnownAwsCalls.UnknownOf(_tools.AwsCalls, new Dictionary<string, string> { ["cloudformation describe-stacks"] = Stacks }));
    }

    [Fact]
    public void Where_something_is_in_the_way_nothing_is_deployed()
    {
        PlayAccount();
        _tools.Script("root/bootstrap/deploy-check.sh", "printf 'WRONG  no subnets were given\\n       fix: --subnets A,B\\n'; exit 1");

        var ended = _tools.Type("deploy", "--yes");

        Assert.Equal(13, ended.ExitCode);
        Assert.Contains("fix: --subnets A,B", ended.Output, StringComparison.Ordinal);
        Assert.Contains("nothing is deployed: 1 thing(s) are to be mended first", ended.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(_tools.Asked, static call => call.StartsWith("sam", StringComparison.Ordinal) || call.StartsWith("pomona", StringComparison.Ordinal));
    }

    [Fact]
    public void A_bundle_that_cannot_be_made_stops_it_before_the_stack_with_the_bundle_s_own_words()
    {
        PlayAccount();
        _tools.Script("root/pomona", "echo 'pomona: the pin bootstrap/spark-worker.sha512 is missing' >&2; exit 1");

        var ended = _tools.Type("deploy", "--yes");

        Assert.Equal(11, ended.ExitCode);
        Assert.Contains("the pin bootstrap/spark-worker.sha512 is missing", ended.Output, StringComparison.Ordinal);
        Assert.Contains("'pomona bundle' ended with exit code 1", ended.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(_tools.Asked, static call => call.StartsWith("sam", StringComparison.Ordinal));
    }

    [AwsFact]
    public void Without_SAM_it_says_so_and_with_a_bucket_for_the_code_CloudFormation_alone_does_it()
    {
        _tools.Dispose();
        _tools = new PlayedTools(withSam: false);
        PlayAccount();
        var refused = _tools.Type("deploy", "--yes");
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("'sam', is not on the PATH", refused.Output, StringComparison.Ordinal);
        Assert.Empty(_tools.Asked);

        var ended = _tools.Type("deploy", "--code-bucket", "code-1", "--vcpus", "16", "--yes");

        Assert.True(ended.ExitCode == 0, ended.Output);
        var stored = _tools.Asked.Where(static call => call.StartsWith("aws s3 cp", StringComparison.Ordinal) && call.Contains("s3://code-1/", StringComparison.Ordinal)).ToArray();
        Assert.Equal(4, stored.Length);
        var template = File.ReadAllText(Path.Combine(_tools.Root, "../template"));
        Assert.Matches(@"(?m)^    CodeUri: s3://code-1/pomona/[0-9a-f]{64}/functions\.zip$", template);
        Assert.Matches(@"(?m)^      CodeUri: s3://code-1/pomona/[0-9a-f]{64}/shards\.zip$", template);
        Assert.DoesNotMatch(@"CodeUri: (?!s3://)", template);
        Assert.Equal(2, Regex.Count(template, @"DefinitionUri: s3://code-1/pomona/[0-9a-f]{64}/(pipeline|costs)\.asl\.json"));
        Assert.Contains(_tools.AwsCalls, static call => call[1] == "deploy" && call[^2..] is ["--parameter-overrides", "MaxVcpus=16"]);
        Assert.Equal(string.Empty, KnownAwsCalls.UnknownOf(_tools.AwsCalls.Where(static call => call[1] != "cp")));
    }

    [Theory]
    [InlineData("Subnets=\"a\"; rm")]
    [InlineData("no value")]
    [InlineData("A=b\nc")]
    [InlineData("=b")]
    public void A_parameter_that_a_tool_would_read_as_something_else_is_refused(string parameter) =>
        Assert.Throws<Contracts.PomonaException>(() => Cloud.Deployment.DeploymentRequest.Parse(parameter));

    [Fact]
    public void The_played_sam_refuses_what_SAM_does_not_document()
    {
        Assert.Equal(2, Sam("deploy", "--nonsense").ExitCode);
        Assert.Equal(2, Sam("deploy", "--stack-name").ExitCode == 2 ? 2 : Sam("deploy", "--stack-name", "--region", "x").ExitCode);
        Assert.Equal(2, Sam("build", "extra").ExitCode);
        Assert.Equal(0, Sam("deploy", "--tags", "a=b", "c=d", "--stack-name", "x").ExitCode);

        Tool Sam(params string[] words) => Tool.Run(Path.Combine(_tools.Root, "../bin/sam"), words);
    }

    // There is no stack until somebody has deployed one.
    private void PlayAccount() => _tools.Aws(
        ("cloudformation describe-stacks", $"if grep -qE '^(sam deploy|aws cloudformation deploy)' \"$state/calls\"; then cat <<'X'\n{Stacks}\nX\nelse echo '{NoStack}' >&2; exit 254; fi"),
        ("cloudformation deploy", "cp \"$4\" \"$state/template\""),
        ("sns list-subscriptions-by-topic", "echo '{\"Subscriptions\": [{\"SubscriptionArn\": \"PendingConfirmation\"}]}'"));
}
