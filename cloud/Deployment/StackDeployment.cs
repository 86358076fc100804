using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Pomona.Cloud.Account;
using Pomona.Contracts;

namespace Pomona.Cloud.Deployment;

/// <summary>
/// The stack and what its clusters install, brought into an account: by the SAM command line, or where there is none by CloudFormation
/// alone. Each part may be done again.
/// </summary>
/// <param name="account">The account.</param>
/// <param name="said">Gets the tools' lines.</param>
internal sealed partial class StackDeployment(CloudAccount account, Action<string> said)
{
    private const string TemplateName = "serverless.template";

    private static string Root => ToolProgram.Root;

    /// <summary>Makes what is uploaded, in <c>dist/</c>; what it needs it fetches, pinned, or says which pin is missing.</summary>
    public Task BundleAsync(CancellationToken cancellation) =>
        new ToolProgram(Path.Combine(Root, "pomona"), ["bundle"], new Dictionary<string, string?>()).RequireAsync(said, cancellation);

    /// <summary>Builds and deploys with SAM; <c>samconfig.toml</c> says where the template is and what it may make.</summary>
    public async Task DeployAsync(DeploymentRequest request, CancellationToken cancellation)
    {
        await Sam("build").RequireAsync(said, cancellation);
        await Sam([
            "deploy", "--stack-name", account.Choice.Stack, "--region", account.Region, "--no-confirm-changeset", "--no-fail-on-empty-changeset",
            // SAM takes quoted values apart again (https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-cli-command-reference-sam-deploy.html).
            .. Overrides(request, static (name, value) => $"{name}=\"{value}\""),
        ]).RequireAsync(said, cancellation);
    }

    /// <summary>Deploys without SAM: the functions' code and the workflows go into a bucket, and a copy of the template names them there.</summary>
    /// <param name="request">What is to be deployed.</param>
    /// <param name="codeBucket">A bucket of the same region for them.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task DeployAsync(DeploymentRequest request, string codeBucket, CancellationToken cancellation)
    {
        var template = await File.ReadAllTextAsync(Path.Combine(Root, TemplateName), cancellation);
        template = await StoreAsync(template, "CodeUri: functions/", Path.Combine(Root, "dist", "functions.zip"));
        template = await StoreAsync(template, "CodeUri: shards/", Path.Combine(Root, "dist", "shards.zip"));
        foreach (var workflow in Workflow().Matches(template).Select(static match => match.Groups[1].Value).Distinct(StringComparer.Ordinal).ToArray())
            template = await StoreAsync(template, $"DefinitionUri: {workflow}", Path.Combine(Root, workflow));

        var folder = Directory.CreateTempSubdirectory("pomona-deploy-");
        try
        {
            var packaged = Path.Combine(folder.FullName, TemplateName);
            await File.WriteAllTextAsync(packaged, template, cancellation);
            said($"deploying {account.Choice.Stack} with CloudFormation alone");
            await account.Aws.RunAsync(
                [
                    "cloudformation", "deploy", "--template-file", packaged, "--stack-name", account.Choice.Stack, "--s3-bucket", AwsProgram.Word(codeBucket),
                    "--s3-prefix", "pomona", "--no-fail-on-empty-changeset", "--capabilities", "CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND",
                    .. Overrides(request, static (name, value) => $"{name}={value}"),
                ],
                cancellation);
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        async Task<string> StoreAsync(string text, string reference, string file)
        {
            var key = $"pomona/{Sha256Text.Of(await File.ReadAllBytesAsync(file, cancellation))}/{Path.GetFileName(file)}";
            var address = $"s3://{codeBucket}/{key}";
            await account.Aws.RunAsync(["s3", "cp", "--only-show-errors", file, address], cancellation);
            return text.Contains(reference, StringComparison.Ordinal)
                ? text.Replace(reference, reference[..(reference.IndexOf(' ', StringComparison.Ordinal) + 1)] + address, StringComparison.Ordinal)
                : throw new InvalidOperationException($"{TemplateName} has no '{reference}'.");
        }
    }

    /// <summary>Uploads what nodes install. Which of it new runs take goes last, so that none takes half of it.</summary>
    public async Task UploadAsync(DeployedStack stack, CancellationToken cancellation)
    {
        var (folder, address) = (Path.Combine(Root, "dist", "artifacts"), $"s3://{stack.Bucket}/{BucketLayout.Artifacts}");
        await account.Aws.RunAsync(["s3", "sync", "--only-show-errors", "--exclude", "current", folder, address], cancellation);
        await account.Aws.RunAsync(["s3", "cp", "--only-show-errors", Path.Combine(folder, "current"), address + "current"], cancellation);
    }

    /// <summary>Whether the stack's mail address still has to confirm that it wants the mails; null where that cannot be seen.</summary>
    public async Task<bool?> IsMailPendingAsync(DeployedStack stack, CancellationToken cancellation)
    {
        try
        {
            var answer = await account.Aws.AskAsync(
                "sns", "list-subscriptions-by-topic", new JsonObject { ["TopicArn"] = stack.Outputs.GetValueOrDefault("MailTopicArn") }, cancellation);
            return (answer["Subscriptions"] as JsonArray ?? []).Any(subscription => (string?)subscription?["SubscriptionArn"] == "PendingConfirmation");
        }
        catch (PomonaException)
        {
            return null;
        }
    }

    private ToolProgram Sam(params string[] words) => new("sam", words, account.Aws.Environment);

    private static IEnumerable<string> Overrides(DeploymentRequest request, Func<string, string, string> written) =>
        request.Parameters.Count == 0 ? [] : ["--parameter-overrides", .. request.Parameters.Select(pair => written(pair.Key, pair.Value))];

    [GeneratedRegex(@"DefinitionUri: (statemachine/\S+)", RegexOptions.CultureInvariant)]
    private static partial Regex Workflow();
}
