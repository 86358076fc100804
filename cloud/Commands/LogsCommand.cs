using System.CommandLine;
using Pomona.Cloud.Account;
using Pomona.Cloud.Runs;
using Pomona.CommandLine;
using Pomona.Contracts;

namespace Pomona.Cloud.Commands;

/// <summary><c>logs RUN</c>: the last words of a run's step and executors.</summary>
internal static class LogsCommand
{
    private const int Usual = 40;

    public static Command Create(AccountOptions options, TimeProvider time)
    {
        var run = Names.RunArgument("The run's id, or a data set's name for its newest run", isNeeded: true);
        var lines = NumberOption.Whole("--lines", "N", "How many lines of each log", Usual, 1, 10_000);
        var command = new Command("logs", "The last words of a run's failed step and its executors, fetched and shortened") { run, lines };
        return CloudSession.Of(command, options, time, (session, cancellation) =>
            RunAsync(session, session.Arguments.GetRequiredValue(run)!, session.Arguments.GetValue(lines), cancellation));
    }

    private static async Task<ExitCode> RunAsync(CloudSession session, RunReference reference, int lines, CancellationToken cancellation)
    {
        var runs = await session.RunsAsync(cancellation);
        var run = await session.RequireRunAsync(reference, cancellation);
        var stack = await session.Account.StackAsync(cancellation);
        if (run is { IsByFunctions: true, Cluster: null })
        {
            throw new PomonaException(
                ExitCode.Account,
                $"run {run.Run} of {run.Dataset} had no cluster: {run.Says}{(run.Error is null ? string.Empty : $" ({run.Error}: {run.Cause})")}. What its functions said: "
                + $"aws logs tail /aws/lambda/{stack.Name}-RunShards --since 1d --filter-pattern '\"{run.Run}\"'");
        }

        if (run.Cluster is not { } cluster)
        {
            throw new PomonaException(
                ExitCode.Account,
                $"run {run.Run} of {run.Dataset} has no cluster, and so no logs: {run.Says}{(run.Error is null ? string.Empty : $" ({run.Error}: {run.Cause})")}.");
        }

        var failed = (await runs.StepsAsync(cluster, cancellation)).FirstOrDefault(static step => step.State is "FAILED" or "CANCELLED" or "INTERRUPTED").Id;
        var logs = await new ClusterLogs(session.Account.Storage, stack.Bucket).LastWordsAsync(cluster, failed, lines, cancellation);
        var folder = $"s3://{stack.Bucket}/{BucketLayout.ClusterLogs(cluster)}";
        if (session.IsJson)
        {
            await session.WriteJsonAsync(new { run.Run, run.Dataset, run.Cluster, Step = failed, run.Error, run.Cause, Folder = folder, Logs = logs });
            return ExitCode.Success;
        }

        await session.Output.WriteLineAsync($"run {run.Run} of {run.Dataset}: {run.Says}{(run.Error is null ? string.Empty : $"\n  {run.Error}: {run.Cause}")}");
        foreach (var log in logs)
        {
            await session.Output.WriteLineAsync($"\n{log.Address}");
            foreach (var line in log.Lines)
                await session.Output.WriteLineAsync($"  {line}");
        }

        await session.Output.WriteLineAsync(logs.Count == 0
            ? $"\nThere is nothing under {folder} yet: EMR brings logs there some minutes late, and none of a node that did not reach S3."
            : $"\nAll of it: aws s3 sync {folder} .");
        return ExitCode.Success;
    }
}
