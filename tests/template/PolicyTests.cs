using System.Text.Json.Nodes;

namespace Pomona.Template.Tests;

/// <summary>Least privilege, proven on the template that CloudFormation gets.</summary>
public sealed class PolicyTests
{
    /// <summary>
    /// The actions for which AWS knows no resource that could be named, each with its reason; the service authorization
    /// reference is the source.
    /// </summary>
    private static readonly IReadOnlyDictionary<string, string> ForcedToAnyResource = new Dictionary<string, string>
    {
        ["elasticmapreduce:RunJobFlow"] = "the cluster does not exist yet; a condition demands the stack's tag on it",
        ["elasticmapreduce:ListClusters"] = "listing names no cluster",
        ["elasticmapreduce:ListSupportedInstanceTypes"] = "what EMR offers is no resource of an account",
        ["ce:GetCostAndUsage"] = "the account's figures; the answer is filtered by tag",
        ["logs:CreateLogDelivery"] = "log deliveries have no resource",
        ["logs:DeleteLogDelivery"] = "log deliveries have no resource",
        ["logs:DescribeLogGroups"] = "log deliveries have no resource",
        ["logs:DescribeResourcePolicies"] = "log deliveries have no resource",
        ["logs:GetLogDelivery"] = "log deliveries have no resource",
        ["logs:ListLogDeliveries"] = "log deliveries have no resource",
        ["logs:PutResourcePolicy"] = "log deliveries have no resource",
        ["logs:UpdateLogDelivery"] = "log deliveries have no resource",
    };

    /// <summary>
    /// The one statement for a service without a source: the EventBridge user guide rules conditions out for topics, and who
    /// listens to this topic (WatchCluster) believes no event.
    /// </summary>
    private const string WithoutSource = "RulesMayPublish";

    [SamFact]
    public void No_role_may_do_everything_of_a_service()
    {
        foreach (var statement in TranslatedTemplate.Statements().Where(static statement => statement is { Allows: true, Kind: not PolicyKind.Key }))
            Assert.DoesNotContain(statement.Actions, action => action.Contains('*', StringComparison.Ordinal));
    }

    [SamFact]
    public void No_role_may_touch_every_resource_except_where_AWS_knows_none()
    {
        var used = new HashSet<string>();
        foreach (var statement in TranslatedTemplate.Statements().Where(static statement => statement is { Allows: true, Kind: PolicyKind.Identity }))
        {
            if (!statement.Resources.Any(IsEverything))
                continue;

            Assert.All(statement.Actions, action => Assert.True(ForcedToAnyResource.ContainsKey(action), statement.ToString()));
            used.UnionWith(statement.Actions);
        }

        Assert.Equal(ForcedToAnyResource.Keys.Order(), used.Order());
    }

    [SamFact]
    public void A_resource_is_named_to_the_end_except_for_what_gets_its_name_later()
    {
        // Objects under a prefix, streams of a log, executions and clusters: their last part does not exist beforehand.
        // ${!*} is an asterisk.
        string[] open = ["/*", ":*", "cluster/*", "cluster/${!*}"];
        foreach (var statement in TranslatedTemplate.Statements().Where(static statement => statement is { Allows: true, Kind: PolicyKind.Identity }))
        {
            foreach (var resource in statement.Resources.Select(TextOf).OfType<string>().Where(text => text != "*" && text.Contains('*', StringComparison.Ordinal)))
            {
                var isKeyUnderRuns = resource.Contains("/runs/*/", StringComparison.Ordinal);
                Assert.True(isKeyUnderRuns || (open.Any(end => resource.EndsWith(end, StringComparison.Ordinal)) && resource.Replace("{!*}", "*", StringComparison.Ordinal).IndexOf('*', StringComparison.Ordinal) >= resource.Replace("{!*}", "*", StringComparison.Ordinal).Length - 1), $"{resource} in {statement}");
            }
        }
    }

    [SamFact]
    public void Only_clusters_with_the_stack_s_tag_may_be_touched_and_the_others_only_looked_at()
    {
        foreach (var statement in TranslatedTemplate.Statements().Where(static statement => statement is { Allows: true, Kind: PolicyKind.Identity }))
        {
            if (!statement.Actions.Any(action => action.StartsWith("elasticmapreduce:", StringComparison.Ordinal) && action is not ("elasticmapreduce:ListClusters" or "elasticmapreduce:ListSupportedInstanceTypes" or "elasticmapreduce:DescribeCluster")))
                continue;

            // A cluster that is not there yet has no tags; ChainTests proves what such a statement cannot reach.
            var isOfUnmadeCluster = statement.Resources.All(resource => TextOf(resource)!.EndsWith("cluster/${!*}", StringComparison.Ordinal));
            Assert.True(
                isOfUnmadeCluster || statement.ConditionKeys.Contains(
                    statement.Actions is ["elasticmapreduce:RunJobFlow"] ? "elasticmapreduce:RequestTag/pomona:stack" : "elasticmapreduce:ResourceTag/pomona:stack"),
                statement.ToString());
            Assert.DoesNotContain("IfExists", statement.Json["Condition"]?.ToJsonString() ?? string.Empty, StringComparison.Ordinal);
        }
    }

    /// <summary>
    /// S3 says that an object is not there only to who may list, and asks without a prefix then: hence IfExists, which lets a
    /// listing without a prefix see all names. It shows no more than names: what may be read is within what may be listed.
    /// </summary>
    [SamFact]
    public void Who_may_see_the_bucket_s_names_reads_only_what_it_lists_and_nobody_else_may()
    {
        var listing = TranslatedTemplate.Statements().Where(static statement => statement.Allows && statement.Actions.Contains("s3:ListBucket")).ToList();
        Assert.NotEmpty(listing);
        foreach (var statement in listing)
        {
            Assert.Equal(["s3:ListBucket"], statement.Actions);
            var prefixes = statement.Json["Condition"]!["StringLikeIfExists"]!["s3:prefix"]!.AsArray()
                .Select(prefix => prefix is JsonObject choice ? (string)choice["Fn::If"]![1]! : (string)prefix!).ToList();
            Assert.All(prefixes, prefix => Assert.EndsWith("/*", prefix, StringComparison.Ordinal));
            string[] read =
            [
                .. TranslatedTemplate.Statements()
                    .Where(other => other.Owner == statement.Owner && other.Allows && other.Actions.Contains("s3:GetObject"))
                    .SelectMany(static other => other.Resources).Select(TextOf).OfType<string>()
                    .Where(static resource => resource.Contains("${BucketName.Value}", StringComparison.Ordinal))
                    .Select(static resource => resource[(resource.IndexOf('/', StringComparison.Ordinal) + 1)..].Split('/')[0] + "/*"),
            ];
            Assert.NotEmpty(read); // who reads nothing has nothing to miss, and needs no IfExists
            Assert.Subset(prefixes.ToHashSet(), read.ToHashSet());
        }
    }

    [SamFact]
    public void Who_works_on_shards_writes_what_a_run_writes_and_neither_snapshots_nor_which_run_was_the_latest()
        => Assert.All((string[])["ClusterInstanceRole", "RunShardsRole"], static owner =>
        {
            string[] written =
            [
                .. TranslatedTemplate.Statements()
                    .Where(statement => statement.Owner == owner && statement.Allows && statement.Actions.Contains("s3:PutObject"))
                    .SelectMany(static statement => statement.Resources).Select(TextOf).OfType<string>()
                    .Select(static resource => resource[(resource.IndexOf('/', StringComparison.Ordinal) + 1)..])
                    .Where(static key => key.StartsWith("runs/", StringComparison.Ordinal)),
            ];
            bool MayWrite(string key) => written.Any(pattern => System.Text.RegularExpressions.Regex.IsMatch(
                key, "^" + System.Text.RegularExpressions.Regex.Escape(pattern).Replace(@"\*", ".*", StringComparison.Ordinal) + "$"));

            const string Run = "runs/fruits/20261121T130455Z-3f9a2c1b/";
            Assert.All(
                ["features/shard-00000.parquet", "components/shard-00000.parquet", "model/pca.json", "work/settings.json", "work/ledger/_SUCCESS.about.json",
                    "rejected.jsonl", "quality.jsonl", "report.html", "summary.json", "_SUCCESS"],
                key => Assert.True(MayWrite(Run + key), key));
            Assert.All([Run + "manifest/plan.json", Run + "manifest/shard-00000.jsonl", "runs/fruits/latest.json", "runs/x"], key => Assert.False(MayWrite(key), key));
        });

    [SamFact]
    public void Every_service_that_takes_a_role_must_come_from_this_account()
    {
        foreach (var statement in TranslatedTemplate.Statements().Where(static statement => statement.Kind == PolicyKind.Trust))
        {
            // EC2 says nothing of where it comes from; who may hand the role to an instance is iam:PassRole's matter.
            if (statement.Service == "ec2.amazonaws.com")
                continue;

            Assert.True(statement.ConditionKeys.Contains("aws:SourceAccount") && statement.ConditionKeys.Contains("aws:SourceArn"), statement.ToString());
        }

        Assert.Single(TranslatedTemplate.Statements(), static statement => statement.Service == "ec2.amazonaws.com");
    }

    [SamFact]
    public void Roles_are_passed_to_the_one_service_they_are_for()
    {
        foreach (var statement in TranslatedTemplate.Statements().Where(static statement => statement.Actions.Contains("iam:PassRole")))
            Assert.Contains("iam:PassedToService", statement.ConditionKeys);
    }

    [SamFact]
    public void Every_permission_to_call_a_function_names_its_source()
    {
        var permissions = TranslatedTemplate.Of("AWS::Lambda::Permission").ToList();

        Assert.Equal(5, permissions.Count);
        Assert.All(permissions, permission => Assert.True(permission.Properties.ContainsKey("SourceArn"), permission.Name));
        // A bucket's ARN carries no account, and bucket names can change hands.
        Assert.All(permissions.Where(permission => (string?)permission.Properties["Principal"] == "s3.amazonaws.com"),
            permission => Assert.True(permission.Properties.ContainsKey("SourceAccount"), permission.Name));
    }

    [SamFact]
    public void Every_service_that_may_write_to_a_topic_or_queue_must_name_its_source_except_EventBridge_which_cannot()
    {
        var statements = TranslatedTemplate.Statements().Where(static statement => statement is { Allows: true, Kind: PolicyKind.Resource }).ToList();

        Assert.Equal(4, statements.Count);
        var exception = Assert.Single(statements, statement => (string?)statement.Json["Sid"] == WithoutSource);
        Assert.Equal(("EventTopicPolicy", "events.amazonaws.com"), (exception.Owner, exception.Service));
        Assert.False(exception.Json.ContainsKey("Condition"), exception.ToString());
        Assert.Equal("WatchCluster", (string?)Assert.Single(TranslatedTemplate.Of("AWS::SNS::Subscription"), subscription => (string?)subscription.Properties["TopicArn"]!["Ref"] == "EventTopic").Properties["Endpoint"]!["Fn::GetAtt"]![0]);
        Assert.All(statements.Except([exception]), statement =>
        {
            Assert.NotNull(statement.Service);
            Assert.True(statement.ConditionKeys.Contains("aws:SourceArn") && statement.ConditionKeys.Contains("aws:SourceAccount"), statement.ToString());
        });
    }

    [SamFact]
    public void The_key_serves_its_account_and_two_services_for_one_topic_each()
    {
        foreach (var statement in TranslatedTemplate.Statements().Where(static statement => statement.Kind == PolicyKind.Key))
        {
            if (statement.Service is null)
                Assert.EndsWith(":root", TextOf(statement.Json["Principal"]!["AWS"]), StringComparison.Ordinal);
            else
                Assert.Contains("kms:EncryptionContext:aws:sns:topicArn", statement.ConditionKeys);
        }
    }

    [SamFact]
    public void Every_role_has_the_boundary_that_a_company_demands_and_none_unless_it_does()
    {
        var roles = TranslatedTemplate.Of("AWS::IAM::Role").ToList();

        Assert.True(roles.Count >= 19);
        Assert.All(roles, role => Assert.Equal(
            """["WithBoundary",{"Ref":"PermissionsBoundary"},{"Ref":"AWS::NoValue"}]""", role.Properties["PermissionsBoundary"]?["Fn::If"]?.ToJsonString()));
        Assert.Equal("", (string?)TranslatedTemplate.Json["Parameters"]!["PermissionsBoundary"]!["Default"]);
    }

    [SamFact]
    public void Every_function_has_a_role_of_its_own()
    {
        var functions = TranslatedTemplate.Of("AWS::Lambda::Function").ToList();

        Assert.Equal(17, functions.Count);
        Assert.All(functions, function => Assert.Equal($"{function.Name}Role", (string?)function.Properties["Role"]!["Fn::GetAtt"]![0]));
    }

    private static bool IsEverything(JsonNode? resource) => TextOf(resource) == "*";

    private static string? TextOf(JsonNode? node) => node switch
    {
        JsonValue value => (string?)value,
        JsonObject sub when sub["Fn::Sub"] is JsonValue text => (string?)text,
        _ => null,
    };
}
