using Pomona.Local.Account;

namespace Pomona.Local.Emr;

/// <summary>
/// Leads one cluster through its life as EMR does: STARTING → BOOTSTRAPPING → RUNNING ⇄ WAITING → TERMINATING →
/// TERMINATED or TERMINATED_WITH_ERRORS. The times are typical of EMR and pass on the account's scaled time.
/// </summary>
internal sealed class ClusterLife(
    Cluster cluster, IClusterNode node, ClusterFaults faults, ClusterEvents events, TimeProvider time, TimeProvider clock, ILogger log)
{
    /// <summary>From RunJobFlow until EC2 has given the machines.</summary>
    public static readonly TimeSpan StartTime = TimeSpan.FromMinutes(4);

    /// <summary>For the applications, after the bootstrap actions.</summary>
    public static readonly TimeSpan InstallTime = TimeSpan.FromMinutes(2);

    /// <summary>From the request to end until the machines are gone.</summary>
    public static readonly TimeSpan EndTime = TimeSpan.FromMinutes(1);

    /// <summary>Lives until the cluster's end; ends it at once when the account goes down.</summary>
    public async Task LiveAsync(CancellationToken accountDown)
    {
        try
        {
            await events.ClusterChangedAsync(cluster, accountDown);
            if (await StartAsync(accountDown))
                await WorkAsync(accountDown);
            await EndAsync(accountDown);
        }
        catch (OperationCanceledException) when (accountDown.IsCancellationRequested)
        {
            cluster.RequestEnd(ClusterEnd.ByUser);
            await node.StopAllAsync();
        }
        catch (Exception fault)
        {
            // Nobody else would end it: a cluster that nobody leads would seem to cost money for ever.
            log.LogError(fault, "The cluster {Cluster} is lost.", cluster.Id);
            await BreakAsync(accountDown);
        }
    }

    private async Task BreakAsync(CancellationToken accountDown)
    {
        var end = ClusterEnd.Broken;
        cluster.RequestEnd(end);
        try
        {
            await node.StopAllAsync();
        }
        catch (Exception fault)
        {
            log.LogError(fault, "Something of the cluster {Cluster} may still run.", cluster.Id);
        }

        foreach (var step in cluster.Steps.Where(step => !StepState.IsFinal(step.State)))
        {
            cluster.Update(step, it =>
            {
                it.State = StepState.Cancelled;
                it.Ended = clock.GetUtcNow();
            });
        }

        cluster.Enter(ClusterState.TerminatedWithErrors, (end.Code, end.Message));
        try
        {
            await events.ClusterChangedAsync(cluster, accountDown);
        }
        catch (Exception fault)
        {
            log.LogError(fault, "Nobody was told of the end of the cluster {Cluster}.", cluster.Id);
        }
    }

    private async Task<bool> StartAsync(CancellationToken cancellation)
    {
        await WaitAsync(StartTime, cancellation);
        if (faults.Strikes(ClusterFault.CapacityLacks))
        {
            await events.CapacityLacksAsync(cluster, cancellation);
            await UntilEndedAsync(cancellation);
        }
        else if (faults.Strikes(ClusterFault.StaysStarting))
        {
            await UntilEndedAsync(cancellation);
        }

        if (cluster.EndRequest is null && faults.StartEnd() is { } failed)
            cluster.RequestEnd(failed);
        if (cluster.EndRequest is not null)
            return false;

        cluster.HasHostName = true;
        await EnterAsync(ClusterState.Bootstrapping, cancellation);
        var actions = cluster.BootstrapActions;
        for (var i = 0; i < actions.Count && cluster.EndRequest is null; i++)
        {
            var (_, path, arguments) = actions[i];
            var succeeds = !faults.Strikes(ClusterFault.BootstrapFails)
                && await UnlessEndedAsync(
                    cancel => faults.Strikes(ClusterFault.BootstrapHangs) ? HangAsync(cancel) : node.BootstrapAsync(i + 1, path, arguments, cancel),
                    cancellation) == 0;
            if (!succeeds)
                cluster.RequestEnd(ClusterEnd.BootstrapFailed(cluster.Primary, i + 1));
        }

        var installs = cluster.EndRequest is null ? UnlessEndedAsync(node.InstallAsync, cancellation) : Task.FromResult<string?>(null);
        try
        {
            await WaitAsync(InstallTime, cancellation);
        }
        finally
        {
            if (await installs is { } failure)
                cluster.RequestEnd(ClusterEnd.ApplicationsFailed(cluster.Primary, failure));
        }

        return cluster.EndRequest is null;
    }

    private async Task WorkAsync(CancellationToken cancellation)
    {
        var running = new List<Task>();
        var idleSince = clock.GetTimestamp();
        while (cluster.EndRequest is null)
        {
            var changed = cluster.Changed;
            await Task.WhenAll(running.Where(step => step.IsCompleted));
            running.RemoveAll(step => step.IsCompleted);
            foreach (var step in cluster.Steps.Where(step => step.State == StepState.Pending)
                .Take(cluster.StepConcurrency - running.Count).ToArray())
                running.Add(RunAsync(step, cancellation));

            var busy = running.Count > 0;
            var state = busy ? ClusterState.Running : ClusterState.Waiting;
            if (!busy && !cluster.KeepAlive)
            {
                cluster.RequestEnd(ClusterEnd.StepsCompleted);
                break;
            }

            if (cluster.State != state)
            {
                await EnterAsync(state, cancellation);
                idleSince = clock.GetTimestamp();
                continue;
            }

            using var idle = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            var limit = busy ? null : cluster.IdleLimit;
            var idleEnd = limit is { } most ? Task.Delay(Left(most, idleSince), time, idle.Token) : Task.Delay(Timeout.InfiniteTimeSpan, clock, idle.Token);
            var first = await Task.WhenAny([changed, idleEnd, .. running]);
            if (first == idleEnd && !cancellation.IsCancellationRequested)
            {
                if (faults.Strikes(ClusterFault.IdleLimitIgnored))
                    idleSince = clock.GetTimestamp();
                else
                    cluster.RequestEnd(ClusterEnd.Idle);
            }

            await idle.CancelAsync();
            cancellation.ThrowIfCancellationRequested();
        }

        foreach (var step in cluster.Steps.Where(step => step.State == StepState.Running))
            cluster.Update(step, it => it.State = StepState.Cancelled);
        await node.StopAllAsync();
        await Task.WhenAll(running);
    }

    private TimeSpan Left(TimeSpan limit, long since)
    {
        // What has passed is real time; the limit passes on scaled time.
        var scale = time is ScaledTime scaled ? scaled.Scale : 1;
        var left = limit - clock.GetElapsedTime(since) * scale;
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private async Task RunAsync(ClusterStep step, CancellationToken cancellation)
    {
        cluster.Update(step, it =>
        {
            it.State = StepState.Running;
            it.Started = clock.GetUtcNow();
        });
        await events.StepChangedAsync(cluster, step, cancellation);

        var code = faults.Strikes(ClusterFault.StepFails) ? 1
            : faults.Strikes(ClusterFault.StepHangs) ? await HangAsync(step.Cancellation.Token)
            : await node.StepAsync(step);
        cluster.Update(step, it =>
        {
            it.Ended = clock.GetUtcNow();
            if (it.State == StepState.Running)
                it.State = code == 0 ? StepState.Completed : StepState.Failed;
            if (it.State == StepState.Failed)
                it.FailureReason = $"The step's program ended with exit code {code}.";
        });
        if (step.State == StepState.Failed)
            Failed(step);
        await events.StepChangedAsync(cluster, step, cancellation);
    }

    private void Failed(ClusterStep step)
    {
        if (step.ActionOnFailure == "TERMINATE_CLUSTER")
            cluster.RequestEnd(ClusterEnd.StepFailed);
        if (step.ActionOnFailure == "CONTINUE")
            return;
        foreach (var pending in cluster.Steps.Where(other => other.State == StepState.Pending))
            cluster.Update(pending, it => it.State = StepState.Cancelled);
    }

    private static async Task<int> HangAsync(CancellationToken cancellation)
    {
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation);
        }
        catch (OperationCanceledException)
        {
        }

        return 143; // as a program that SIGTERM ended
    }

    private async Task EndAsync(CancellationToken cancellation)
    {
        var end = cluster.EndRequest ?? ClusterEnd.ByUser;
        cluster.Enter(ClusterState.Terminating, (end.Code, end.Message));
        await events.ClusterChangedAsync(cluster, cancellation);
        foreach (var step in cluster.Steps.Where(step => !StepState.IsFinal(step.State)))
        {
            cluster.Update(step, it =>
            {
                it.State = StepState.Cancelled;
                it.Ended = clock.GetUtcNow();
            });
            await events.StepChangedAsync(cluster, step, cancellation);
        }

        await node.StopAllAsync();
        if (!end.Sudden)
            await Task.Delay(EndTime, time, cancellation);
        cluster.Enter(
            end.WithErrors ? ClusterState.TerminatedWithErrors : ClusterState.Terminated, (end.Code, end.Message));
        await events.ClusterChangedAsync(cluster, cancellation);
    }

    private async Task EnterAsync(string state, CancellationToken cancellation)
    {
        cluster.Enter(state);
        await events.ClusterChangedAsync(cluster, cancellation);
    }

    private async Task UntilEndedAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var changed = cluster.Changed;
            if (cluster.EndRequest is not null)
                return;
            await changed.WaitAsync(cancellation);
        }
    }

    // Ends early when somebody ends the cluster.
    private async Task WaitAsync(TimeSpan duration, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var wait = Task.Delay(duration, time, stop.Token);
        while (cluster.EndRequest is null && !wait.IsCompleted)
        {
            var changed = cluster.Changed;
            if (cluster.EndRequest is null)
                await Task.WhenAny(wait, changed);
        }

        await stop.CancelAsync();
        cancellation.ThrowIfCancellationRequested();
    }

    private async Task<T> UnlessEndedAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var working = work(stop.Token);
        while (!working.IsCompleted)
        {
            var changed = cluster.Changed;
            if (cluster.EndRequest is not null)
                await stop.CancelAsync();
            await Task.WhenAny(working, changed);
        }

        return await working;
    }
}
