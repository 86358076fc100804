using System.Text.Json.Nodes;
using Pomona.Contracts;

namespace Pomona.Cloud.Account;

/// <summary>Pomona's stack in an account, as CloudFormation tells of it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Status">CloudFormation's state of it: <c>CREATE_COMPLETE</c>.</param>
/// <param name="Bucket">Its bucket.</param>
/// <param name="Pipeline">The ARN of its workflow.</param>
/// <param name="Outputs">All its outputs.</param>
/// <param name="Parameters">The values that it was deployed with.</param>
internal sealed record DeployedStack(
    string Name, string Status, string Bucket, string Pipeline, IReadOnlyDictionary<string, string> Outputs, IReadOnlyDictionary<string, string> Parameters)
{
    public string Account => Pipeline.Split(':') is [_, _, _, _, var account, ..] ? account : string.Empty;

    /// <summary>Whether it is the local cloud's, however it was reached: an endpoint leads there without <c>--local</c> too.</summary>
    public bool IsLocal => Account == LocalCloudNote.Account;

    /// <summary>The ARN of an execution of its workflow.</summary>
    public string ExecutionArn(string name) => $"{Pipeline.Replace(":stateMachine:", ":execution:", StringComparison.Ordinal)}:{name}";

    /// <summary>Finds the stack.</summary>
    /// <exception cref="PomonaException">There is none of this name, or it is none of Pomona's, or not whole.</exception>
    public static async Task<DeployedStack> FindAsync(AwsProgram aws, string name, string place, CancellationToken cancellation)
    {
        var answer = await aws.AskAsync("cloudformation", "describe-stacks", new JsonObject { ["StackName"] = name }, cancellation);
        var stack = (answer["Stacks"] as JsonArray)?.FirstOrDefault()
            ?? throw new NoStackException($"there is no stack '{name}' ({place}): --stack, --region and --profile say where it is.");
        var status = (string?)stack["StackStatus"] ?? string.Empty;
        var outputs = Pairs(stack[nameof(Outputs)], "OutputKey", "OutputValue");
        if (outputs.GetValueOrDefault("BucketName") is not { Length: > 0 } bucket || outputs.GetValueOrDefault("PipelineArn") is not { Length: > 0 } pipeline)
        {
            throw new NoStackException(
                $"the stack '{name}' ({place}) is {Printable.Excerpt(status, 40)} and has not the outputs of one of Pomona's: deploy it (docs/deploying.md), or name another with --stack.");
        }

        return new DeployedStack(name, status, bucket, pipeline, outputs, Pairs(stack[nameof(Parameters)], "ParameterKey", "ParameterValue"));
    }

    /// <summary>Finds the stack, where there is one that is whole; null elsewhere.</summary>
    /// <exception cref="PomonaException">The account cannot be asked.</exception>
    public static async Task<DeployedStack?> TryFindAsync(AwsProgram aws, string name, string place, CancellationToken cancellation)
    {
        try
        {
            return await FindAsync(aws, name, place, cancellation);
        }
        catch (NoStackException)
        {
            return null;
        }
    }

    /// <summary>What <c>Ref</c> gives for each of its resources, by the template's name for it.</summary>
    public async Task<IReadOnlyDictionary<string, string>> ResourcesAsync(AwsProgram aws, CancellationToken cancellation) => Pairs(
        (await aws.AskAsync("cloudformation", "list-stack-resources", new JsonObject { ["StackName"] = Name }, cancellation))["StackResourceSummaries"],
        "LogicalResourceId", "PhysicalResourceId");

    private static Dictionary<string, string> Pairs(JsonNode? list, string key, string value)
    {
        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in list as JsonArray ?? [])
        {
            if ((string?)entry?[key] is { } name && (string?)entry[value] is { } text)
                pairs[name] = text;
        }

        return pairs;
    }
}

/// <summary>The account has no stack of that name that is whole, and one of Pomona's.</summary>
internal sealed class NoStackException(string message, Exception? cause = null) : PomonaException(ExitCode.Account, message, cause);
