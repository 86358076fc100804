using System.Text.Json;
using Pomona.Contracts;

namespace Pomona.Functions.Planning;

/// <summary>What the workflow says to PlanRun.</summary>
/// <param name="Dataset">The data set.</param>
/// <param name="Run">The run.</param>
/// <param name="Components">How many components to keep.</param>
/// <param name="Cluster">The input's overrides, or null.</param>
public sealed record PlanRunRequest(DatasetName Dataset, RunId Run, int Components, JsonElement? Cluster = null);
