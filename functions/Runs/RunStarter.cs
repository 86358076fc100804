using System.Text.Json;
using Amazon.Lambda.Core;
using Pomona.Contracts;
using Pomona.Functions.Executions;

namespace Pomona.Functions.Runs;

/// <summary>
/// Makes sure that a data set that has something new is run, once. The lock decides who starts; the execution's name is
/// derived from the lock, so that everyone who finds a lock without its execution can start it, and all of them together
/// start one.
/// </summary>
internal sealed class RunStarter(RunLocks locks, IExecutions executions, TimeProvider time)
{
    /// <summary>
    /// Within this time a lock without an execution is one whose owner is about to start it, or died before: it is
    /// started under its own name. Later the execution may have run and been forgotten (Step Functions keeps names for 90
    /// days), so the lock is taken over by a new run instead.
    /// </summary>
    internal static readonly TimeSpan Grace = TimeSpan.FromHours(1);

    /// <summary>Every failed attempt means that another one succeeded, so that a few are plenty.</summary>
    private const int Attempts = 16;

    /// <summary>Starts a run of the data set unless one is going on.</summary>
    /// <param name="dataset">The data set.</param>
    /// <param name="origin">What tells this call's run from others of the same second: the invocation's request id.</param>
    /// <param name="log">Where to say what happened.</param>
    /// <param name="cancellation">Ends the call.</param>
    public async Task<StartedRun> StartAsync(
        DatasetName dataset, string origin, ILambdaLogger log, CancellationToken cancellation)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var held = await locks.ReadAsync(dataset, cancellation);
            if (held?.Lock is { } theirs)
            {
                var state = await executions.StateAsync(executions.ArnOf(theirs.ExecutionName), cancellation);
                if (state == ExecutionState.Running)
                    return new StartedRun(theirs.Run, executions.ArnOf(theirs.ExecutionName), IsNew: false);

                if (state == ExecutionState.Missing && IsToBeStarted(theirs))
                {
                    log.LogInformation("Starting run {run} of data set {dataset}, whose lock was found without an execution", theirs.Run.Value, dataset.Value);
                    return await StartAsync(theirs, isNew: false, cancellation);
                }
            }

            var now = time.GetUtcNow();
            var run = RunIds.Create(now, $"{origin}/{dataset}/{attempt}");
            var mine = new DatasetLock(dataset, run, DatasetLock.ExecutionNameOf(dataset, run), now);
            var won = held is null
                ? await locks.TakeAsync(mine, cancellation)
                : await locks.ReplaceAsync(held, mine, cancellation);
            if (!won)
                continue;

            log.LogInformation("Starting run {run} of data set {dataset}", run.Value, dataset.Value);
            return await StartAsync(mine, isNew: true, cancellation);
        }

        throw new InvalidOperationException(
            $"The lock of data set {dataset} changed {Attempts} times in a row: it is tried again with the next event.");
    }

    private bool IsToBeStarted(DatasetLock held)
        => time.GetUtcNow() - held.TakenAt < Grace
            && held.ExecutionName == DatasetLock.ExecutionNameOf(held.Dataset, held.Run);

    private async Task<StartedRun> StartAsync(DatasetLock held, bool isNew, CancellationToken cancellation)
    {
        var input = JsonSerializer.Serialize(
            new ExecutionInput(held.Dataset, held.Run), ContractJson.Readable.ExecutionInput);
        await executions.StartAsync(held.ExecutionName, input, cancellation);
        return new StartedRun(held.Run, executions.ArnOf(held.ExecutionName), isNew);
    }
}
