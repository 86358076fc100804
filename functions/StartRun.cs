using Amazon.Lambda.Core;
using Amazon.Lambda.S3Events;
using Pomona.Contracts;
using Pomona.Functions.Hosting;
using Pomona.Functions.Runs;

namespace Pomona.Functions;

/// <summary>Uploads under <c>datasets/</c> start runs: ten thousand of them one, of each data set.</summary>
public sealed class StartRun
{
    private readonly RunStarter _starter;
    private readonly string _bucket;

    /// <summary>As Lambda makes it.</summary>
    public StartRun()
        : this(Composition.FromEnvironment.Starter(Composition.FromEnvironment.Bucket), Settings.Environment.Bucket)
    {
    }

    internal StartRun(RunStarter starter, string bucket)
    {
        _starter = starter;
        _bucket = bucket;
    }

    /// <summary>Handles an S3 event.</summary>
    public async Task HandleAsync(S3Event s3Event, ILambdaContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        using var deadline = Deadline.Of(context);
        var datasets = new HashSet<DatasetName>();
        var ignored = 0;
        foreach (var key in UploadedKeys.Of(s3Event, _bucket))
        {
            if (BucketLayout.TryGetDataset(key, out var dataset))
                datasets.Add(dataset);
            else if (ignored++ == 0)
                context.Logger.LogWarning("Not an upload to a data set: {key}", Printable.Excerpt(key));
        }

        await RecordBatch.ForEachAsync(datasets, dataset => dataset.Value, context.Logger, dataset =>
            _starter.StartAsync(dataset, context.AwsRequestId ?? string.Empty, context.Logger, deadline.Token));
    }
}
