using System.CommandLine;
using Pomona.Cloud.Account;
using Pomona.Cloud.Deployment;
using Pomona.Contracts;

namespace Pomona.Cloud.Commands;

/// <summary><c>deploy</c>: check, bundle, stack, upload, and what is left for a person. With <c>--local</c>, <c>./pomona local up</c>.</summary>
internal static class DeployCommand
{
    public static Command Create(AccountOptions options, TimeProvider time)
    {
        var deployment = new DeploymentOptions();
        var codeBucket = new Option<string?>("--code-bucket")
        {
            Description = "Where there is no SAM command line: a bucket of the same region for the functions' code",
            HelpName = "NAME",
        };
        var yes = Names.YesOption();
        var command = new Command("deploy", "Deploy the stack, or bring it up to date: check, bundle, deploy, upload what clusters install") { codeBucket, yes };
        deployment.AddTo(command);
        return CloudSession.Of(
            command, options, time,
            async (arguments, cancellation) =>
            {
                var request = deployment.Request(arguments);
                if (options.Choice(arguments).IsLocal)
                    await UpAsync(arguments.InvocationConfiguration.Error, request, cancellation);
                return request;
            },
            (session, request, cancellation) => session.Account.Choice.IsLocal
                ? Task.FromResult(ExitCode.Success)
                : RunAsync(session, request, session.Arguments.GetValue(codeBucket), session.Arguments.GetValue(yes), cancellation));
    }

    private static async Task UpAsync(TextWriter output, DeploymentRequest request, CancellationToken cancellation)
    {
        if (request.Parameters.Count > 0)
            throw new PomonaException(ExitCode.Usage, "--local deploys to the local cloud with its own parameters: leave the others out ('./pomona local up --help' has what can be set there).");
        await new ToolProgram(Path.Combine(ToolProgram.Root, "pomona"), ["local", "up"], new Dictionary<string, string?>())
            .RequireAsync(output.WriteLine, cancellation);
    }

    private static async Task<ExitCode> RunAsync(CloudSession session, DeploymentRequest request, string? codeBucket, bool isAgreed, CancellationToken cancellation)
    {
        var (account, say) = (session.Account, (Action<string>)session.Progress.WriteLine);
        var hasSam = AwsProgram.IsOnPath("sam", Environment.GetEnvironmentVariable);
        if (!hasSam && codeBucket is null)
        {
            throw new PomonaException(
                ExitCode.Usage, "the SAM command line, 'sam', is not on the PATH: install it (https://docs.aws.amazon.com/serverless-application-model/), or name a bucket of yours with --code-bucket to deploy with CloudFormation alone.");
        }

        // Like check: a stack that is there keeps what nobody changes.
        var there = await DeployedStack.TryFindAsync(account.Aws, account.Choice.Stack, account.Place, cancellation);
        var check = await DeploymentCheck.RunAsync(account, request.Over(there), say, cancellation);
        if (!check.IsReady)
            throw new PomonaException(ExitCode.NotReady, $"nothing is deployed: {check.Findings.Count(static finding => finding.State == CheckFinding.Wrong)} thing(s) are to be mended first, see above.");
        if (!await session.AgreesAsync($"{(there is null ? "Deploy" : "Update")} the stack {account.Choice.Stack} ({account.Place})", isAgreed, cancellation))
            return await session.NothingDoneAsync();

        var deployment = new StackDeployment(account, say);
        say("bundling what is uploaded, into dist/");
        await deployment.BundleAsync(cancellation);
        if (hasSam)
            await deployment.DeployAsync(request, cancellation);
        else
            await deployment.DeployAsync(request, codeBucket!, cancellation);
        var stack = await account.StackAsync(cancellation);
        say($"uploading what clusters install to s3://{stack.Bucket}/{BucketLayout.Artifacts}");
        await deployment.UploadAsync(stack, cancellation);

        var pending = await deployment.IsMailPendingAsync(stack, cancellation);
        if (session.IsJson)
        {
            await session.WriteJsonAsync(new { Stack = stack.Name, stack.Status, stack.Bucket, stack.Pipeline, IsMailPending = pending });
            return ExitCode.Success;
        }

        await session.Output.WriteLineAsync($"The stack {stack.Name} is {stack.Status}; its bucket is {stack.Bucket}.");
        foreach (var left in LeftToDo(stack, pending))
            await session.Output.WriteLineAsync("  - " + left);
        return ExitCode.Success;
    }

    private static IEnumerable<string> LeftToDo(DeployedStack stack, bool? pending)
    {
        if (pending != false)
            yield return $"Follow the link in the mail that Amazon has sent to {Printable.Excerpt(stack.Parameters.GetValueOrDefault("MailAddress"), 80)}, or no other will come.";
        yield return "Try it for less than 0.20 USD: ./pomona cloud smoke";
        yield return "Upload images, one sub-folder per class; the rest happens by itself: ./pomona cloud upload DIR NAME";
        yield return "A day after the first run, activate the cost-allocation tags: ./pomona cloud check prints the command.";
    }
}
