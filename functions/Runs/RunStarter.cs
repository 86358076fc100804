using System.Text.Json;
using Amazon.Lambda.Core;
using Pomona.Contracts;
using Pomona.Functions.Executions;

namespace Pomona.Functions.Runs;

/// <summary>
/// Makes sure that a data set that has something new is run, once. The lock decides who starts; the execution's name is
/// derived from the lock, so that everyone who finds a lock without its execution can start it, and all of them together
/// start one. Whether a lock's execution runs is asked in the same way, by starting it: an upload of ten thousand images
/// asks ten thousand times, and that is the call that Step Functions answers so often.
/// </summary>
internal sealed class RunStarter(RunLocks locks, IExecutions executions, TimeProvider time)
{
    /// <summary>
    /// Within this time a lock without an execution is one whose owner is about to start it, or died before: it is
    /// started under its own name. Later the execution may have run and been forgotten (Step Functions keeps names for 90
    /// days), so it is looked for first, and without it the lock is taken over by a new run instead.
    /// </summary>
    internal static readonly TimeSpan Grace = TimeSpan.FromHours(1);

    /// <summary>Every failed attempt means that another one succeeded, so that a few are plenty.</summary>
    private const int Attempts = 16;

    private readonly StartedInputs _inputs = new();

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
            if (held?.Holder is { } theirs && await GoesOnAsync(theirs, cancellation))
                return new StartedRun(theirs.Run, executions.ArnOf(theirs.ExecutionName), IsNew: false);

            var now = time.GetUtcNow();
            var run = RunIds.Create(now, $"{origin}/{dataset}/{attempt}");
            var mine = new DatasetLock(dataset, run, DatasetLock.ExecutionNameOf(dataset, run), now);
            var won = held is null
                ? await locks.TakeAsync(mine, cancellation)
                : await locks.TakeOverAsync(held, mine, cancellation);
            if (!won)
                continue;

            log.LogInformation("Starting run {run} of data set {dataset}", run.Value, dataset.Value);
            await executions.StartAsync(mine.ExecutionName, InputOf(mine), cancellation);
            return new StartedRun(run, executions.ArnOf(mine.ExecutionName), IsNew: true);
        }

        throw new InvalidOperationException(
            $"The lock of data set {dataset} changed {Attempts} times in a row: it is tried again with the next event.");
    }

    /// <summary>Whether the lock's execution runs, if only because this call has started it.</summary>
    private async Task<bool> GoesOnAsync(DatasetLock held, CancellationToken cancellation)
    {
        var input = _inputs.Of(held) ?? (IsToBeStarted(held) ? InputOf(held) : null);
        if (input is not null && await executions.StartAsync(held.ExecutionName, input, cancellation))
            return true;

        var found = await executions.FindAsync(executions.ArnOf(held.ExecutionName), cancellation);
        // The next event asks by starting it. Not one that is missing, and may have been forgotten: that would run it again.
        if (found is { State: ExecutionState.Running, Input: { } started })
            _inputs.Remember(held, started);
        if (found.State == ExecutionState.Missing && input is not null)
        {
            throw new InvalidOperationException(
                $"Step Functions has an execution {held.ExecutionName} and does not find it: its answers are behind, and the event is tried again.");
        }

        return found.State == ExecutionState.Running;
    }

    private bool IsToBeStarted(DatasetLock held)
        => time.GetUtcNow() - held.TakenAt < Grace
            && held.ExecutionName == DatasetLock.ExecutionNameOf(held.Dataset, held.Run);

    /// <summary>The input of the lock's execution: of the lock alone, so that it is the same bytes whoever makes it.</summary>
    private static string InputOf(DatasetLock held) => JsonSerializer.Serialize(
        new ExecutionInput(held.Dataset, held.Run), ContractJson.Readable.ExecutionInput);
}

/// <summary>What became of the wish to run a data set.</summary>
/// <param name="Run">The run that has the data set now.</param>
/// <param name="ExecutionArn">Its execution.</param>
/// <param name="IsNew">Whether this call took the lock for it; otherwise the run was there already.</param>
internal sealed record StartedRun(RunId Run, string ExecutionArn, bool IsNew);
