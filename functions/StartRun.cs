using Amazon.Lambda.Core;
using Pomona.Contracts;
using Pomona.Functions.Hosting;
using Pomona.Functions.Mails;
using Pomona.Functions.Runs;

namespace Pomona.Functions;

/// <summary>
/// Uploads under <c>datasets/</c> start runs: ten thousand of them one, of each data set. Images that belong to none lead to a
/// mail: people would wait for a run that never comes.
/// </summary>
public sealed class StartRun
{
    private readonly RunStarter _starter;
    private readonly MisnamedFolders _misnamed;
    private readonly string _bucket;

    /// <summary>As Lambda makes it.</summary>
    public StartRun()
        : this(
            Composition.FromEnvironment.Starter(Composition.FromEnvironment.Bucket),
            Composition.FromEnvironment.Misnamed(),
            Settings.Environment.Bucket)
    {
    }

    internal StartRun(RunStarter starter, MisnamedFolders misnamed, string bucket)
    {
        _starter = starter;
        _misnamed = misnamed;
        _bucket = bucket;
    }

    /// <summary>Handles an event of the bucket.</summary>
    public async Task HandleAsync(BucketEvent happened, ILambdaContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        using var deadline = Deadline.Of(context);
        var datasets = new HashSet<DatasetName>();
        var misnamed = new HashSet<string>(StringComparer.Ordinal);
        var ignored = 0;
        foreach (var key in BucketEvent.KeysOf(happened, _bucket))
        {
            if (BucketLayout.TryGetDataset(key, out var dataset))
                datasets.Add(dataset);
            else if (MisnamedFolder.TryGet(key, out var folder))
                misnamed.Add(folder);
            else if (ignored++ == 0)
                context.Logger.LogWarning("Not an upload to a data set: {key}", Printable.Excerpt(key));
        }

        IEnumerable<(string Name, Func<Task> Act)> work =
        [
            .. datasets.Select(dataset => (dataset.Value, (Func<Task>)(() =>
                _starter.StartAsync(dataset, context.AwsRequestId ?? string.Empty, context.Logger, deadline.Token)))),
            .. misnamed.Select(folder => (Printable.Excerpt(folder), (Func<Task>)(() =>
                _misnamed.TellAsync(folder, context.Logger, deadline.Token)))),
        ];
        await RecordBatch.ForEachAsync(work, item => item.Name, context.Logger, item => item.Act());
    }
}
