using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Pomona.Template.Tests;

/// <summary>
/// What the stack's roles could do together, one call after the other, with a cluster that is a stranger's: the rights of all
/// of them as one, each call with whatever it may say, until nothing new comes.
/// </summary>
public sealed class ChainTests
{
    private const string Stranger = "arn:aws:elasticmapreduce:eu-west-3:123456789012:cluster/j-STRANGER";

    /// <summary>How EMR spells the cluster that RunJobFlow is about to make when it asks for AddTags.</summary>
    private const string Unmade = "arn:aws:elasticmapreduce:eu-west-3:123456789012:cluster/*";

    /// <summary>The tag by which the stack knows its own, and by which most statements ask for it.</summary>
    private const string Tag = "pomona:stack";

    private static IEnumerable<JsonObject> Rights => TranslatedTemplate.Statements()
        .Where(static statement => statement is { Allows: true, Kind: PolicyKind.Identity }).Select(static statement => statement.Json);

    [SamFact]
    public void No_chain_of_calls_of_any_roles_changes_or_ends_a_stranger_s_cluster()
        => Assert.Equal(["elasticmapreduce:DescribeCluster"], Reachable([.. Rights]));

    [SamFact]
    public void A_cluster_can_still_be_made_with_its_tags_and_idle_limit_and_then_be_ended()
    {
        JsonObject[] rights = [.. Rights];

        Assert.True(Allows(rights, "elasticmapreduce:AddTags", Unmade, tag: null));
        Assert.True(Allows(rights, "elasticmapreduce:PutAutoTerminationPolicy", Unmade, tag: null));
        Assert.All(
            ["TerminateJobFlows", "SetTerminationProtection", "AddJobFlowSteps", "ListSteps", "CancelSteps", "DescribeStep", "PutAutoTerminationPolicy"],
            action => Assert.True(Allows(rights, "elasticmapreduce:" + action, Stranger.Replace("STRANGER", "OURS", StringComparison.Ordinal), "${AWS::StackName}"), action));
    }

    /// <summary>The walk finds what it is for: each of these was, or could be, in the template.</summary>
    [Theory]
    [InlineData("elasticmapreduce:AddTags", """{"StringEquals":{"elasticmapreduce:RequestTag/pomona:stack":{"Ref":"AWS::StackName"}}}""", "elasticmapreduce:TerminateJobFlows")]
    [InlineData("elasticmapreduce:PutAutoTerminationPolicy", """{"StringEqualsIfExists":{"elasticmapreduce:ResourceTag/pomona:stack":{"Ref":"AWS::StackName"}}}""", "elasticmapreduce:PutAutoTerminationPolicy")]
    [InlineData("elasticmapreduce:TerminateJobFlows", null, "elasticmapreduce:TerminateJobFlows")]
    public void A_statement_that_leads_to_a_stranger_s_cluster_is_found(string action, string? condition, string reached)
    {
        var statement = new JsonObject { ["Effect"] = "Allow", ["Action"] = action, ["Resource"] = new JsonObject { ["Fn::Sub"] = "arn:${AWS::Partition}:elasticmapreduce:${AWS::Region}:${AWS::AccountId}:cluster/*" } };
        if (condition is not null)
            statement["Condition"] = JsonNode.Parse(condition);
        var ending = JsonNode.Parse(
            """{"Effect":"Allow","Action":["elasticmapreduce:TerminateJobFlows"],"Resource":"*","Condition":{"StringEquals":{"elasticmapreduce:ResourceTag/pomona:stack":{"Ref":"AWS::StackName"}}}}""")!.AsObject();

        Assert.Contains(reached, Reachable([statement, ending]));
    }

    [SamFact]
    public void No_role_may_give_itself_or_another_more_rights_or_other_code()
    {
        string[] roads =
        [
            "iam:Put", "iam:Attach", "iam:Update", "iam:CreatePolicy", "iam:CreateRole", "iam:Set", "sts:", "lambda:Update", "lambda:Create", "lambda:AddPermission",
            "states:Update", "states:Create", "tag:", "elasticmapreduce:RemoveTags", "cloudformation:", "s3:PutBucket", "s3:PutLifecycle", "kms:PutKeyPolicy",
        ];
        foreach (var statement in TranslatedTemplate.Statements().Where(static statement => statement is { Allows: true, Kind: PolicyKind.Identity }))
            Assert.DoesNotContain(statement.Actions, action => Array.Exists(roads, road => action.StartsWith(road, StringComparison.OrdinalIgnoreCase)));
        // Passing a role to a new cluster needs both roles' own policies; no cluster can be given to a role of a function.
        Assert.All(
            TranslatedTemplate.Statements().Where(static statement => statement.Actions.Contains("iam:PassRole")),
            statement => Assert.Contains((string?)statement.Resources.Single()!["Fn::GetAtt"]![0], (string?[])["ClusterServiceRole", "ClusterInstanceRole"]));
    }

    private static List<string> Reachable(IReadOnlyList<JsonObject> rights)
    {
        string[] actions = [.. rights.SelectMany(ActionsOf).Where(action => action.StartsWith("elasticmapreduce:", StringComparison.Ordinal)).Distinct()];
        // These touch no cluster that is there: what is made is a new one, what is listed says no more than names.
        string[] harmless = ["elasticmapreduce:RunJobFlow", "elasticmapreduce:ListClusters", "elasticmapreduce:ListSupportedInstanceTypes"];
        string? tag = null;
        List<string> reached = [];
        for (var before = -1; reached.Count > before;)
        {
            before = reached.Count;
            reached = [.. actions.Except(harmless).Where(action => Allows(rights, action, Stranger, tag)).Order(StringComparer.Ordinal)];
            // Whoever may put a tag there puts the one that opens the rest.
            if (reached.Contains("elasticmapreduce:AddTags"))
                tag = "${AWS::StackName}";
        }

        return reached;
    }

    private static IEnumerable<string> ActionsOf(JsonObject statement) => new Statement(string.Empty, PolicyKind.Identity, statement).Actions;

    private static bool Allows(IEnumerable<JsonObject> rights, string action, string resource, string? tag) => rights.Any(right =>
        ActionsOf(right).Contains(action)
        && new Statement(string.Empty, PolicyKind.Identity, right).Resources.Any(pattern => Matches(pattern, resource))
        && (right["Condition"]?.AsObject() ?? []).All(operation => operation.Value!.AsObject().All(key => Holds(operation.Key, key.Key, tag))));

    /// <summary>As IAM matches: * and ? are wildcards, and ${*} is an asterisk.</summary>
    private static bool Matches(JsonNode? pattern, string resource)
    {
        var text = pattern is JsonValue plain ? (string?)plain : (string?)pattern!["Fn::Sub"];
        if (text is null)
            return false;
        var literal = text.Replace("${!*}", "\u0001", StringComparison.Ordinal)
            .Replace("${AWS::Partition}", "aws", StringComparison.Ordinal)
            .Replace("${AWS::Region}", "eu-west-3", StringComparison.Ordinal)
            .Replace("${AWS::AccountId}", "123456789012", StringComparison.Ordinal);
        var expression = Regex.Escape(literal).Replace(@"\*", ".*", StringComparison.Ordinal).Replace(@"\?", ".", StringComparison.Ordinal).Replace("\u0001", @"\*", StringComparison.Ordinal);
        return Regex.IsMatch(resource, $"^{expression}$", RegexOptions.CultureInvariant);
    }

    /// <summary>Whether the caller can make a condition hold: what the request says is the caller's to choose.</summary>
    private static bool Holds(string operation, string key, string? tag) => key switch
    {
        "elasticmapreduce:ResourceTag/" + Tag => tag is not null || operation.EndsWith("IfExists", StringComparison.Ordinal),
        _ => true,
    };
}
