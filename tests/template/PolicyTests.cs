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
        string[] open = ["/*", ":*", "cluster/*"];
        foreach (var statement in TranslatedTemplate.Statements().Where(static statement => statement is { Allows: true, Kind: PolicyKind.Identity }))
        {
            foreach (var resource in statement.Resources.Select(TextOf).OfType<string>().Where(text => text != "*" && text.Contains('*', StringComparison.Ordinal)))
            {
                var isKeyUnderRuns = resource.Contains("/runs/*/", StringComparison.Ordinal);
                Assert.True(isKeyUnderRuns || (open.Any(end => resource.EndsWith(end, StringComparison.Ordinal)) && resource.IndexOf('*', StringComparison.Ordinal) == resource.Length - 1), $"{resource} in {statement}");
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

            Assert.Contains(statement.ConditionKeys, key => key is "elasticmapreduce:ResourceTag/pomona:stack" or "elasticmapreduce:RequestTag/pomona:stack");
        }
    }

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

        Assert.Equal(3, permissions.Count);
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

        Assert.Equal(15, functions.Count);
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
