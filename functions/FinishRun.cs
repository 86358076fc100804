using Amazon.Lambda.Core;
using Pomona.Contracts;
using Pomona.Functions.Hosting;
using Pomona.Functions.Runs;

namespace Pomona.Functions;

/// <summary>A run's marker ends the workflow's wait; without a workflow it ends the run's cluster.</summary>
public sealed class FinishRun
{
    private readonly RunFinisher _finisher;
    private readonly string _bucket;

    /// <summary>As Lambda makes it.</summary>
    public FinishRun()
        : this(Composition.FromEnvironment.Finisher(), Settings.Environment.Bucket)
    {
    }

    internal FinishRun(RunFinisher finisher, string bucket)
    {
        _finisher = finisher;
        _bucket = bucket;
    }

    /// <summary>Handles an event of the bucket.</summary>
    public async Task HandleAsync(BucketEvent happened, ILambdaContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        using var deadline = Deadline.Of(context);
        var runs = new HashSet<(DatasetName Dataset, RunId Run)>();
        foreach (var key in BucketEvent.KeysOf(happened, _bucket))
        {
            if (BucketLayout.TryGetMarker(key, out var dataset, out var run))
                runs.Add((dataset, run));
            else
                context.Logger.LogWarning("Not a run's marker: {key}", Printable.Excerpt(key));
        }

        await RecordBatch.ForEachAsync(runs, run => $"{run.Dataset}/{run.Run}", context.Logger, run =>
            _finisher.FinishAsync(run.Dataset, run.Run, context.Logger, deadline.Token));
    }
}
