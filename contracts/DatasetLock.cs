namespace Pomona.Contracts;

/// <summary>
/// Who is running a data set: the object <see cref="BucketLayout.Lock"/>, created with If-None-Match and replaced with
/// If-Match, so that of many events at once exactly one starts a run.
/// </summary>
/// <param name="Dataset">The data set.</param>
/// <param name="Run">The run that holds the lock.</param>
/// <param name="ExecutionName">Its execution's name: <see cref="ExecutionNameOf"/>.</param>
/// <param name="TakenAt">When it was taken, UTC.</param>
public sealed record DatasetLock(DatasetName Dataset, RunId Run, string ExecutionName, DateTimeOffset TakenAt)
{
    /// <summary>For so long a lock without an execution belongs to one that is about to start it.</summary>
    public static readonly TimeSpan JustTaken = TimeSpan.FromMinutes(5);

    /// <summary>
    /// The execution's name, at most 66 of the 80 characters that Step Functions allows; derived from the lock alone, so
    /// that starting it again is harmless.
    /// </summary>
    public static string ExecutionNameOf(DatasetName dataset, RunId run) => $"{dataset}-{run}";

    /// <summary>The data set and the run that an execution's name names; nulls where a person named it.</summary>
    public static (DatasetName? Dataset, RunId? Run) NamesOf(string execution)
    {
        ArgumentNullException.ThrowIfNull(execution);
        var dash = execution.Length - RunId.Example.Length - 1;
        return dash > 0 && execution[dash] == '-' && RunId.TryParse(execution[(dash + 1)..], out var run) && DatasetName.TryParse(execution[..dash], out var dataset)
            ? (dataset, run)
            : (null, null);
    }
}
