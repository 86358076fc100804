using System.Text.Json.Nodes;

namespace Pomona.Template.Tests;

/// <summary><c>serverless.template</c> as CloudFormation sees it.</summary>
internal static class TranslatedTemplate
{
    private static readonly Lazy<JsonObject> Translated = new(static () =>
    {
        var result = Tool.Run("python3", [RepositoryRoot.File("tests/template/translate.py"), RepositoryRoot.File("serverless.template")]);
        return result.ExitCode == 0
            ? JsonNode.Parse(result.Output[..(result.Output.LastIndexOf('}') + 1)])!.AsObject()
            : throw new InvalidOperationException(result.Output);
    });

    public static JsonObject Json => Translated.Value;

    public static IEnumerable<(string Name, JsonObject Properties)> Of(string type) => Json["Resources"]!.AsObject()
        .Where(resource => (string)resource.Value!["Type"]! == type)
        .Select(resource => (resource.Key, resource.Value!["Properties"]?.AsObject() ?? []));

    public static JsonObject Resource(string name) => Json["Resources"]![name]!.AsObject();

    /// <summary>Every statement of every policy, whatever kind of policy it is in.</summary>
    public static IEnumerable<Statement> Statements()
    {
        foreach (var (name, role) in Of("AWS::IAM::Role"))
        {
            foreach (var statement in role["AssumeRolePolicyDocument"]!["Statement"]!.AsArray())
                yield return new Statement($"{name}, trust", PolicyKind.Trust, statement!.AsObject());
            foreach (var policy in role["Policies"]?.AsArray() ?? [])
            {
                foreach (var statement in policy!["PolicyDocument"]!["Statement"]!.AsArray())
                    yield return new Statement(name, PolicyKind.Identity, Chosen(statement!.AsObject()));
            }
        }

        foreach (var type in new[] { "AWS::S3::BucketPolicy", "AWS::SNS::TopicPolicy", "AWS::SQS::QueuePolicy" })
        {
            foreach (var (name, policy) in Of(type))
            {
                foreach (var statement in policy["PolicyDocument"]!["Statement"]!.AsArray())
                    yield return new Statement(name, PolicyKind.Resource, statement!.AsObject());
            }
        }

        foreach (var (name, key) in Of("AWS::KMS::Key"))
        {
            foreach (var statement in key["KeyPolicy"]!["Statement"]!.AsArray())
                yield return new Statement(name, PolicyKind.Key, statement!.AsObject());
        }
    }

    // A statement that stands under a condition is looked at as if the condition held.
    private static JsonObject Chosen(JsonObject statement) => statement["Fn::If"] is JsonArray choice ? choice[1]!.AsObject() : statement;
}
