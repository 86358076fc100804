using System.Text.Json;

namespace Pomona.Contracts;

/// <summary>
/// What starts the workflow. StartRun fills in <see cref="Run"/>; a person who starts one by hand gives only
/// <see cref="Dataset"/> and what they want different, and the workflow takes the lock and makes the run id itself.
/// </summary>
/// <param name="Dataset">The data set to run.</param>
/// <param name="Run">The run's id, from the lock; null when started by hand.</param>
/// <param name="Now">Start at once instead of waiting until the upload has settled.</param>
/// <param name="Components">How many components to keep, 1 to 1280; null for the stack's default.</param>
/// <param name="Cluster">Overrides of the cluster's form; see docs/execution-input.md.</param>
/// <param name="Resume">An earlier run of the data set to go on with, where it stopped; null for a new one.</param>
public sealed record ExecutionInput(
    DatasetName Dataset,
    RunId? Run = null,
    bool Now = false,
    int? Components = null,
    JsonElement? Cluster = null,
    RunId? Resume = null);
