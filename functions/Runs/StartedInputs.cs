using System.Collections.Concurrent;
using Pomona.Contracts;

namespace Pomona.Functions.Runs;

/// <summary>
/// The inputs of the executions that hold data sets, as this process has learnt them. An execution's input never changes,
/// so that remembering it can mislead nobody, unlike remembering that it runs; and whoever knows it can ask with
/// StartExecution, name and input the same, whether the execution still runs.
/// </summary>
internal sealed class StartedInputs
{
    private readonly ConcurrentDictionary<DatasetName, (string ExecutionName, string Input)> _inputs = new();

    /// <summary>The input of the execution that holds the lock; null when this process has not seen it.</summary>
    public string? Of(DatasetLock held)
        => _inputs.TryGetValue(held.Dataset, out var known) && known.ExecutionName == held.ExecutionName ? known.Input : null;

    /// <summary>Remembers an execution that was started, in place of the data set's earlier one.</summary>
    public void Remember(DatasetLock held, string input) => _inputs[held.Dataset] = (held.ExecutionName, input);
}
