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
        foreach (var number in await WithPageAsync(output, FileOf(stage), count, cancellation).ConfigureAwait(false))
            Tell(number);
        if (stage == Stage.Extract)
            await LookAtSignsAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>
    /// The numbers of a stage that are not done, ascending: whose files have no page of the ledger. An extracted shard has two files.
    /// </summary>
    /// <param name="output">The run's folder.</param>
    /// <param name="stage">The stage.</param>
    /// <param name="count">How many shards or groups it has.</param>
    /// <param name="cancellation">Stops the listing.</param>
    public static async Task<IReadOnlyList<int>> LeftAsync(IStore output, Stage stage, int count, CancellationToken cancellation)
    {
        var done = await WithPageAsync(output, FileOf(stage), count, cancellation).ConfigureAwait(false);
        if (stage == Stage.Extract)
            done.IntersectWith(await WithPageAsync(output, RunLayout.Cues, count, cancellation).ConfigureAwait(false));
        return [.. Enumerable.Range(0, count).Where(number => !done.Contains(number))];
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

    private static Func<int, string> FileOf(Stage stage) => stage switch
    {
        Stage.Extract => RunLayout.Features,
        Stage.Fit => RunLayout.Moments,
        Stage.Reduce => RunLayout.Components,
        _ => throw new UnreachableException(),
    };

    private static async Task<HashSet<int>> WithPageAsync(IStore output, Func<int, string> file, int count, CancellationToken cancellation)
    {
        var done = new HashSet<int>();
        var first = RunLayout.PageOf(file(0));
        try
        {
            await foreach (var item in output.ListAsync(first[..(first.LastIndexOf('/') + 1)], cancellation).ConfigureAwait(false))
            {
                if (NumberOf(file, item.Key) is { } number && number < count)
                    done.Add(number);
            }
        }
        catch (StoreException nothingYet) when (nothingYet.Fault == StoreFault.Missing)
        {
        }

        return done;
    }

    /// <summary>The number in a page's name; null for any other file, such as what is announced.</summary>
    private static int? NumberOf(Func<int, string> file, string key)
    {
        var from = key.LastIndexOf('-') + 1;
        var to = from > 0 ? key.IndexOf('.', from) : -1;
        return to > from
            && int.TryParse(key.AsSpan(from, to - from), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && string.Equals(RunLayout.PageOf(file(number)), key, StringComparison.Ordinal)
                ? number
                : null;
    }

    private int ImagesOf(int number)
    {
        var (first, shards) = stage == Stage.Fit ? new ShardGroups(plan.Shards, plan.ShardSize).ShardsOf(number) : (number, 1);
        return (int)plan.ImagesOf(first, shards);
    }
}
