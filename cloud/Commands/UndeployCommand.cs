using System.CommandLine;
using Pomona.Cloud.Account;
using Pomona.Cloud.Deployment;
using Pomona.Contracts;

namespace Pomona.Cloud.Commands;

/// <summary><c>undeploy</c>: ends what runs, then the stack, and names what stays.</summary>
internal static class UndeployCommand
{
    public static Command Create(AccountOptions options, TimeProvider time)
    {
        var yes = Names.YesOption();
        var command = new Command("undeploy", "Stop the runs, end the clusters, delete the stack; the bucket with images and results stays") { yes };
        return CloudSession.Of(
            command, options, time,
            (arguments, _) => options.Choice(arguments).IsLocal
                ? throw new PomonaException(ExitCode.Usage, "the local cloud is taken down by './pomona local down', with everything in it.")
                : Task.FromResult(arguments.GetValue(yes)),
            RunAsync);
    }

    private static async Task<ExitCode> RunAsync(CloudSession session, bool isAgreed, CancellationToken cancellation)
    {
        var stack = await session.Account.StackAsync(cancellation);
        var removal = new StackRemoval(session.Account.Aws, stack, session.Time);
        var (running, clusters) = (await removal.RunningAsync(cancellation), await removal.ClustersAsync(cancellation));
        session.Progress.WriteLine($"The stack {stack.Name} ({session.Account.Place}, account {stack.Account}) is to go, with its functions, workflow, topics and alarms.");
        session.Progress.WriteLine(running.Count == 0 ? "No run is on." : $"{running.Count} run(s) are on and are stopped at once: {string.Join(", ", running.Select(static execution => execution.Split(':')[^1]))}; what they have finished stays.");
        session.Progress.WriteLine(clusters.Count == 0 ? "No cluster is up." : $"{clusters.Count} cluster(s) are ended at once, those that are kept to explore on too: {string.Join(", ", clusters.Select(static cluster => cluster.Id))}.");
        if (!await session.AgreesAsync("Remove it", isAgreed, cancellation))
            return await session.NothingDoneAsync();

        await removal.EmptyAsync(session.Progress.WriteLine, cancellation);
        await removal.DeleteAsync(session.Progress.WriteLine, cancellation);
        if (session.IsJson)
        {
            await session.WriteJsonAsync(new { Removed = stack.Name, Stays = removal.Staying().Select(static staying => new { staying.What, staying.Remove }) });
            return ExitCode.Success;
        }

        await session.Output.WriteLineAsync($"The stack {stack.Name} is gone, and no cluster of it is left. What stays:");
        foreach (var (what, remove) in removal.Staying())
            await session.Output.WriteLineAsync($"  - {what}\n      {remove}");
        return ExitCode.Success;
    }
}
