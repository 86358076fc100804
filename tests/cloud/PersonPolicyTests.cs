using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Pomona.Cloud.Tests;

/// <summary>
/// bootstrap/person-policy.json, and what check and smoke need besides (bootstrap/check-policy.json), against the calls that the commands
/// make, which are read from their sources.
/// </summary>
public sealed partial class PersonPolicyTests
{
    // What deploys, checks and removes the stack needs the rights of whoever deploys.
    private static readonly string[] OfWhoeverDeploys = ["CheckCommand.cs", "DeployCommand.cs", "PlanCommand.cs", "SmokeCommand.cs", "UndeployCommand.cs"];

    private static readonly string[] Folders = ["/Deployment/", "/Smoke/"];

    // https://docs.aws.amazon.com/service-authorization/latest/reference/: calls whose permission has another name.
    private static readonly Dictionary<string, string> OtherNames = new()
    {
        ["s3:GetObjectMetadata"] = "s3:GetObject",
        ["s3:ListObjectsV2"] = "s3:ListBucket",
        ["sqs:ChangeMessageVisibilityBatch"] = "sqs:ChangeMessageVisibility",
        ["lambda:Invoke"] = "lambda:InvokeFunction",
        ["s3:GetBucketEncryption"] = "s3:GetEncryptionConfiguration",
        ["s3:GetBucketNotificationConfiguration"] = "s3:GetBucketNotification",
        ["s3:GetPublicAccessBlock"] = "s3:GetBucketPublicAccessBlock",
        ["s3control:GetPublicAccessBlock"] = "s3:GetAccountPublicAccessBlock",
    };

    private static IReadOnlyList<JsonNode> Statements { get; } = StatementsOf("bootstrap/person-policy.json");

    [Fact]
    public void It_allows_the_calls_that_the_commands_make_and_no_others()
    {
        var calls = Calls();

        Assert.Contains("states:GetExecutionHistory", calls);
        Assert.Contains("sqs:DeleteMessage", calls);
        Assert.Equal(calls.Order(StringComparer.Ordinal), Statements.SelectMany(statement => Texts(statement["Action"])).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_check_and_smoke_look_at_besides_is_allowed_by_a_policy_of_its_own_that_changes_nothing()
    {
        var asked = Looked().Matches(File.ReadAllText(RepositoryRoot.File("bootstrap/deploy-check.sh"))).Select(match => (Service: match.Groups[1].Value, Call: match.Groups[2].Value))
            .Concat(Directory.EnumerateFiles(RepositoryRoot.File("cloud/Smoke")).SelectMany(static file => Asked().Matches(File.ReadAllText(file))).Select(match => (Service: match.Groups[1].Value, Call: match.Groups[2].Value)))
            .Where(static question => question.Service != "sts") // who one is, everybody may ask
            .Select(static question => $"{Service(question.Service)}:{Pascal(question.Call)}")
            .Append("s3:GetObject") // aws s3 cp
            .Select(call => OtherNames.GetValueOrDefault(call, call)).ToHashSet();

        var allowed = StatementsOf("bootstrap/check-policy.json").SelectMany(statement => Texts(statement["Action"])).ToHashSet();

        Assert.Contains("elasticmapreduce:ListInstances", allowed);
        Assert.Equal(asked.Order(StringComparer.Ordinal), allowed.Order(StringComparer.Ordinal));
        Assert.All(allowed, static action => Assert.Matches(":(Get|List|Describe)", action));
    }

    [Fact]
    public void Images_may_be_added_and_never_removed_and_only_runs_may_be()
    {
        Assert.Equal(["arn:aws:s3:::pomona-*/datasets/*"], Resources("s3:PutObject"));
        Assert.Equal(["arn:aws:s3:::pomona-*/runs/*"], Resources("s3:DeleteObject"));
    }

    [Fact]
    public void No_action_and_no_resource_is_everything()
    {
        Assert.All(Statements.SelectMany(statement => Texts(statement["Action"])), action => Assert.DoesNotContain('*', action));
        Assert.All(
            Statements.SelectMany(statement => Texts(statement["Resource"])),
            // EMR's clusters have ids of EMR's own.
            resource => Assert.True(resource.Contains("pomona", StringComparison.Ordinal) || resource.EndsWith(":cluster/*", StringComparison.Ordinal), resource));
    }

    [Fact]
    public void The_names_in_it_are_those_that_the_template_gives()
    {
        var template = File.ReadAllText(RepositoryRoot.File("serverless.template"));

        foreach (var name in Statements.SelectMany(statement => Texts(statement["Resource"])).Select(resource => Named().Match(resource)).Where(match => match.Success).Select(match => match.Groups[1].Value))
            Assert.Contains($"${{AWS::StackName}}-{name}", template);
    }

    private static IEnumerable<string> Resources(string action) =>
        Statements.Where(statement => Texts(statement["Action"]).Contains(action)).SelectMany(statement => Texts(statement["Resource"]));

    private static string[] Texts(JsonNode? node) => node is JsonArray several ? [.. several.Select(text => (string)text!)] : [(string)node!];

    private static HashSet<string> Calls()
    {
        var sources = Directory.EnumerateFiles(RepositoryRoot.File("cloud"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !Folders.Any(folder => file.Contains(folder, StringComparison.Ordinal)) && !OfWhoeverDeploys.Contains(Path.GetFileName(file)))
            .Append(RepositoryRoot.File("storage/S3Store.cs"))
            .Select(File.ReadAllText).ToArray();
        var asked = sources.SelectMany(source => Asked().Matches(source)).Select(match => $"{Service(match.Groups[1].Value)}:{Pascal(match.Groups[2].Value)}");
        var sent = sources.SelectMany(source => Sent().Matches(source)).Select(match => $"{Client(match.Groups[1].Value)}:{match.Groups[2].Value}");
        return [.. asked.Concat(sent).Select(call => OtherNames.GetValueOrDefault(call, call))];
    }

    private static IReadOnlyList<JsonNode> StatementsOf(string policy) =>
        [.. JsonNode.Parse(File.ReadAllText(RepositoryRoot.File(policy)))!["Statement"]!.AsArray().Select(statement => statement!)];

    private static string Service(string program) => program switch
    {
        "stepfunctions" => "states",
        "emr" => "elasticmapreduce",
        "s3api" => "s3",
        "service-quotas" => "servicequotas",
        _ => program,
    };

    private static string Client(string field) => field switch { "executions" => "states", "clusters" => "elasticmapreduce", _ => "s3" };

    private static string Pascal(string kebab) => string.Concat(kebab.Split('-').Select(word => char.ToUpper(word[0], CultureInfo.InvariantCulture) + word[1..]));

    // The AWS command line: AskAsync("sqs", "receive-message", … and RunAsync(["lambda", "invoke", ….
    [GeneratedRegex("""(?:AskAsync\(|RunAsync\(\s*\[)\s*"(cloudformation|sqs|sns|stepfunctions|lambda|[a-z0-9]+)",\s*"([a-z-]+)",(?!\s*"(?:region|--format)")""")]
    private static partial Regex Asked();

    // The script's own word for a question.
    [GeneratedRegex(@"\bask ([a-z0-9-]+) ([a-z0-9-]+)")]
    private static partial Regex Looked();

    // The SDK: the fields by which the classes know their clients.
    [GeneratedRegex(@"\b(client|executions|clusters)\.(\w+)Async\(")]
    private static partial Regex Sent();

    [GeneratedRegex(@":pomona-([A-Za-z-]+)(?::\*)?$")]
    private static partial Regex Named();
}
