using Amazon.Lambda.Core;
using Pomona.Contracts;
using Pomona.Functions.Executions;
using Pomona.Functions.Planning;

namespace Pomona.Functions.Runs;

/// <summary>
/// The workflow's first question: is this execution to run? It is when the data set's lock is its own; started by hand it
/// takes the lock here, under its own name, for a new run or for the earlier one that it goes on with.
/// </summary>
internal sealed class RunOpener(
    RunLocks locks, UnfinishedRuns unfinished, IExecutions executions, ClusterRules rules, string bucket, RunDefaults defaults)
{
    private const int Attempts = 4;

    /// <exception cref="InvalidExecutionInputException">The execution's input is wrong.</exception>
    public async Task<OpenedRun> OpenAsync(OpenRunRequest request, ILambdaLogger log, CancellationToken cancellation)
    {
        var input = ExecutionInput.Read(request.Input);
        // Here and not only where the cluster is sized: a person learns it at once, and not after the upload has settled.
        rules.Require(input.Cluster);
        var asked = defaults.With(input);

        if (string.IsNullOrEmpty(request.ExecutionName) || string.IsNullOrEmpty(request.ExecutionArn))
            throw new InvalidExecutionInputException("The workflow must pass executionName and executionArn.");

        var manual = input.Run is null;
        if (input.Resume is { } stopped)
            await unfinished.RequireAsync(input.Dataset, stopped, cancellation);
        // An execution's own name and start make its run's id, so that a retry opens the same run.
        var run = input.Run ?? input.Resume ?? RunIds.Create(request.StartedAt, request.ExecutionName);
        var (verdict, reason) = manual
            ? await TakeAsync(input.Dataset, run, request, cancellation)
            : await CheckAsync(input.Dataset, run, request.ExecutionName, cancellation);
        log.LogInformation("Run {run} of data set {dataset}: {verdict} {reason}", run.Value, input.Dataset.Value, verdict, reason);
        return new OpenedRun(
            verdict,
            reason,
            input.Dataset,
            run,
            request.ExecutionName,
            request.ExecutionArn,
            manual,
            // What is gone on with is the earlier snapshot: no upload has to settle.
            input.Now || input.Resume is not null,
            asked.Components,
            asked.ExifRotation,
            asked.Decode,
            input.Cluster,
            $"s3://{bucket}/{BucketLayout.Dataset(input.Dataset)}",
            $"s3://{bucket}/{BucketLayout.Run(input.Dataset, run)}",
            asked.Engine,
            input.TestSplit,
            input.Basis,
            input.Fresh);
    }

    private async Task<(string Verdict, string Reason)> CheckAsync(
        DatasetName dataset, RunId run, string executionName, CancellationToken cancellation)
        => (await locks.ReadAsync(dataset, cancellation))?.Holder switch
        {
            { } held when held.Run == run && held.ExecutionName == executionName => (OpenedRun.Go, string.Empty),
            { } held => (OpenedRun.Superseded, $"Run {held.Run} has data set {dataset} now."),
            null => (OpenedRun.Superseded,
                $"Run {run} does not hold data set {dataset} (any more): to start one by hand, leave \"run\" out of the input."),
        };

    private async Task<(string Verdict, string Reason)> TakeAsync(
        DatasetName dataset, RunId run, OpenRunRequest request, CancellationToken cancellation)
    {
        var mine = new DatasetLock(dataset, run, request.ExecutionName, request.StartedAt);
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var held = await locks.ReadAsync(dataset, cancellation);
            if (held?.Holder is { } theirs)
            {
                if (theirs.Run == run && theirs.ExecutionName == request.ExecutionName)
                    return (OpenedRun.Go, string.Empty);

                if (await IsAliveAsync(theirs, request.StartedAt, cancellation))
                {
                    return (OpenedRun.Busy,
                        $"Data set {dataset} is being run by {Printable.Excerpt(theirs.ExecutionName, 80)}: wait until it has finished, or stop it.");
                }
            }

            if (held is null
                ? await locks.TakeAsync(mine, cancellation)
                : await locks.TakeOverAsync(held, mine, cancellation))
                return (OpenedRun.Go, string.Empty);
        }

        return (OpenedRun.Busy, $"Data set {dataset} is being taken by others at this moment: try again.");
    }

    /// <summary>A fresh lock without an execution belongs to a StartRun that is about to start it.</summary>
    private async Task<bool> IsAliveAsync(DatasetLock held, DateTimeOffset now, CancellationToken cancellation)
        => await executions.StateAsync(executions.ArnOf(held.ExecutionName), cancellation) switch
        {
            ExecutionState.Running => true,
            ExecutionState.Missing => now - held.TakenAt < DatasetLock.JustTaken,
            _ => false,
        };
}
