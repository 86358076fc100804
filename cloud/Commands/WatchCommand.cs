using System.CommandLine;
using System.Globalization;
using Pomona.Cloud.Account;
using Pomona.Cloud.Runs;
using Pomona.Contracts;

namespace Pomona.Cloud.Commands;

/// <summary><c>watch [RUN]</c>: follows a run to its end. Exit code 12 where it fails or is stopped.</summary>
internal static class WatchCommand
{
    /// <summary>Three calls at a time, of an account that others use as well.</summary>
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan LocalPeriod = TimeSpan.FromSeconds(1);

    public static Command Create(AccountOptions options, TimeProvider time)
    {
        var run = Names.RunArgument("The run's id, or a data set's name for its newest run; the newest run of all when absent", isNeeded: false);
        var command = new Command("watch", "Follow a run to its end, live") { run };
        return CloudSession.Of(command, options, time, (session, cancellation) => RunAsync(session, session.Arguments.GetValue(run), cancellation));
    }

    private static async Task<ExitCode> RunAsync(CloudSession session, RunReference? reference, CancellationToken cancellation)
    {
        var runs = await session.RunsAsync(cancellation);
        var run = reference is null ? await NewestAsync(runs, cancellation) : await session.RequireRunAsync(reference, cancellation);
        var folders = await session.FoldersAsync(cancellation);
        RunCluster? cluster = null;
        await session.ShowAsync(async screen =>
            (run, cluster) = await new RunWatch(runs, folders, screen, session.Time, session.Account.Choice.IsLocal ? LocalPeriod : Period).FollowAsync(run, cancellation));
        var cost = cluster?.Cost(run, session.Time.GetUtcNow());
        if (session.IsJson)
        {
            await session.WriteJsonAsync(new { run.Run, run.Dataset, run.Status, run.Says, run.Outcome, run.Started, run.Stopped, run.Images, run.Engine, run.Cluster, cluster?.KeptUntil, Cost = cost, run.Currency, run.Error, run.Cause });
        }
        else
        {
            var spent = (cluster?.CostText(run, session.Time.GetUtcNow()) ?? run.ExpectedText) is { } money ? $", {money} (prices of {run.PriceDate})" : string.Empty;
            await session.Output.WriteLineAsync($"run {run.Run} of {run.Dataset}: {run.Says}{spent}");
            if (run.Error is not null)
                await session.Output.WriteLineAsync($"  {run.Error}: {run.Cause}");
            if (cluster is { IsGone: false, KeptUntil: { } until })
                await session.Output.WriteLineAsync($"  its cluster {cluster.Id} stays until {until.ToLocalTime().ToString("HH:mm", CultureInfo.InvariantCulture)}; to end it now: aws emr terminate-clusters --cluster-ids {cluster.Id}");
            if (run is { Status: StackRun.Succeeded, Outcome: "finished" })
                await session.Output.WriteLineAsync($"  ./pomona cloud report {run.Run}    ./pomona cloud download {run.Run}");
            else if (run.Status != StackRun.Succeeded && run.Run is not null)
                await session.Output.WriteLineAsync($"  ./pomona cloud logs {run.Run}    ./pomona cloud resume {run.Run}");
        }

        return run.Status == StackRun.Succeeded ? ExitCode.Success : ExitCode.RunFailed;
    }

    // One that is on, or else the last that was.
    private static async Task<StackRun> NewestAsync(StackRuns runs, CancellationToken cancellation)
    {
        await foreach (var running in runs.RunningAsync(cancellation))
            return running;
        await foreach (var run in runs.AllAsync(cancellation))
            return run;
        throw new PomonaException(ExitCode.Account, "there is no run yet: './pomona cloud upload DIR NAME' starts one.");
    }
}
