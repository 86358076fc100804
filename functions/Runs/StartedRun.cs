using Pomona.Contracts;

namespace Pomona.Functions.Runs;

/// <summary>What became of the wish to run a data set.</summary>
/// <param name="Run">The run that has the data set now.</param>
/// <param name="ExecutionArn">Its execution.</param>
/// <param name="IsNew">Whether this call took the lock for it; otherwise the run was there already.</param>
internal sealed record StartedRun(RunId Run, string ExecutionArn, bool IsNew);
