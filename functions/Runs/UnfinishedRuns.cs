using Pomona.Contracts;
using Pomona.Storage;

namespace Pomona.Functions.Runs;

/// <summary>The runs that a person can go on with: those whose snapshot stands and whose marker is not there.</summary>
internal sealed class UnfinishedRuns(IStore store)
{
    /// <summary>Makes sure that a run is one of them.</summary>
    /// <exception cref="InvalidExecutionInputException">It is not, and why.</exception>
    public async Task RequireAsync(DatasetName dataset, RunId run, CancellationToken cancellation)
    {
        var folder = BucketLayout.Run(dataset, run);
        if (!await store.ExistsAsync(folder + RunLayout.Plan, cancellation))
        {
            throw new InvalidExecutionInputException(
                $"\"resume\" names {run}, which is no run of data set {dataset} that came as far as its snapshot: "
                + "leave it out to start a new run.");
        }

        if (await store.ExistsAsync(folder + RunLayout.Marker, cancellation))
        {
            throw new InvalidExecutionInputException(
                $"\"resume\" names {run}, which has finished already: leave it out to start a new run.");
        }
    }
}
