using System.CommandLine;
using Pomona.Cloud.Account;
using Pomona.Cloud.Deployment;
using Pomona.Contracts;

namespace Pomona.Cloud.Commands;

/// <summary><c>check</c>: what stands in the way of a deployment, or of the stack that is there, each with its fix. It only reads.</summary>
internal static class CheckCommand
{
    public static Command Create(AccountOptions options, TimeProvider time)
    {
        var deployment = new DeploymentOptions();
        var command = new Command("check", "What stands in the way of a deployment, each with its fix; of a stack that is there its own parameters are taken. It only reads");
        deployment.AddTo(command);
        return CloudSession.Of(
            command, options, time,
            (arguments, _) => Task.FromResult(deployment.Request(arguments)),
            async (session, asked, cancellation) =>
            {
                var stack = await DeployedStack.TryFindAsync(session.Account.Aws, session.Account.Choice.Stack, session.Account.Place, cancellation);
                var check = await DeploymentCheck.RunAsync(session.Account, asked.Over(stack), session.Progress.WriteLine, cancellation);
                if (session.IsJson)
                    await session.WriteJsonAsync(new { check.IsReady, check.Findings });
                return check.IsReady ? ExitCode.Success : ExitCode.NotReady;
            });
    }
}
