using System.Diagnostics;
using System.Globalization;
using Pomona.Contracts;
using Pomona.Job.Runs;
using Pomona.Numerics.Reduction;
using Pomona.Storage;

namespace Pomona.Job.Pipeline;

/// <summary>
/// Which shards of a stage other processes have done, seen in the output: an engine may answer only when all are done. A
/// result's page is written after it, so that one that is listed is done. Of shards under way, a sign that their images go on.
/// </summary>
internal sealed class FinishedShards(IStore output, RunPlan plan, Stage stage, int count, IStageProgress progress)
{
    private readonly bool[] _isTold = new bool[count];
    private readonly object _lock = new();
    private readonly Dictionary<string, string> _signs = new(StringComparer.Ordinal);

    /// <summary>Tells the progress of those that were finished since it was told last.</summary>
    public async Task LookAsync(CancellationToken cancellation)
    {
        try
        {
            await foreach (var item in output.ListAsync(Folder, cancellation).ConfigureAwait(false))
            {
                if (NumberOf(item.Key) is { } number && number < count)
                    Tell(number);
            }
        }
        catch (StoreException nothingYet) when (nothingYet.Fault == StoreFault.Missing)
        {
        }

        if (stage == Stage.Extract)
            await LookAtSignsAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>Tells the progress of one, unless it has been told.</summary>
    public void Tell(int number)
    {
        lock (_lock)
        {
            if (_isTold[number])
                return;
            _isTold[number] = true;
        }

        // By the plan, not by what the answering attempt did: an earlier one may have done it.
        progress.ImagesDone(ImagesOf(number));
        progress.ShardDone();
    }

    /// <summary>Tells the progress that there is some, where a sign is new or has changed; how much, the shards will say.</summary>
    private async Task LookAtSignsAsync(CancellationToken cancellation)
    {
        try
        {
            await foreach (var item in output.ListAsync(RunLayout.ShardNotes, cancellation).ConfigureAwait(false))
            {
                if (!RunLayout.IsProgress(item.Key) || (_signs.TryGetValue(item.Key, out var seen) && seen == item.ETag))
                    continue;
                _signs[item.Key] = item.ETag;
                progress.ImagesDone(0);
            }
        }
        catch (StoreException none) when (none.Fault == StoreFault.Missing)
        {
        }
    }

    private string Folder => Path(0)[..(Path(0).LastIndexOf('/') + 1)];

    private string Path(int number) => stage switch
    {
        Stage.Extract => RunLayout.PageOf(RunLayout.Features(number)),
        Stage.Fit => RunLayout.PageOf(RunLayout.Moments(number)),
        Stage.Reduce => RunLayout.PageOf(RunLayout.Components(number)),
        _ => throw new UnreachableException(),
    };

    /// <summary>The number in a page's name; null for any other file, such as what is announced.</summary>
    private int? NumberOf(string key)
    {
        var from = key.LastIndexOf('-') + 1;
        var to = from > 0 ? key.IndexOf('.', from) : -1;
        return to > from
            && int.TryParse(key.AsSpan(from, to - from), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && string.Equals(Path(number), key, StringComparison.Ordinal)
                ? number
                : null;
    }

    private int ImagesOf(int number)
    {
        var (first, shards) = stage == Stage.Fit ? new ShardGroups(plan.Shards, plan.ShardSize).ShardsOf(number) : (number, 1);
        return (int)plan.ImagesOf(first, shards);
    }
}
