using Pomona.Numerics.Randomness;

namespace Pomona.Job.Evaluation;

/// <summary>
/// A stratified random sample, taken in one pass and in memory for the sample alone: of each class, the images with the
/// smallest hashes of seed and key ("bottom-k" sampling; Cohen and Kaplan, PODC 2007). Which images these are does not depend
/// on the order in which shards and threads offer them.
/// </summary>
/// <typeparam name="TPlace">How an image's numbers are found again, for instance shard and row.</typeparam>
/// <param name="seed">Another seed takes another sample.</param>
/// <param name="quotas">Images of each class: <see cref="SampleQuota.For"/>. Classes without a quota are passed over.</param>
internal sealed class SampleSelection<TPlace>(int seed, IReadOnlyDictionary<string, int> quotas)
{
    // Largest first, so that the head of the queue is the one to give way.
    private static readonly IComparer<(ulong Hash, string Image)> LargestFirst =
        Comparer<(ulong Hash, string Image)>.Create((a, b) => Compare(b, a));

    private readonly Dictionary<string, PriorityQueue<TPlace, (ulong Hash, string Image)>> _kept =
        new(StringComparer.Ordinal);

    /// <summary>Considers an image. Not safe to call from several threads at once.</summary>
    /// <param name="image">Its key, unique in the run.</param>
    /// <param name="label">Its class.</param>
    /// <param name="place">Where it is.</param>
    public void Offer(string image, string label, TPlace place)
    {
        if (!quotas.TryGetValue(label, out var quota) || quota < 1)
            return;
        if (!_kept.TryGetValue(label, out var kept))
            _kept.Add(label, kept = new(LargestFirst));

        var order = (SplitMix64.Hash(seed, image), image);
        if (kept.Count < quota)
            kept.Enqueue(place, order);
        else
            kept.EnqueueDequeue(place, order);
    }

    /// <summary>The images chosen so far, by class and then by rank.</summary>
    public IReadOnlyList<SampledImage<TPlace>> Chosen()
        => _kept
            .OrderBy(label => label.Key, StringComparer.Ordinal)
            .SelectMany(label => label.Value.UnorderedItems
                .Order(Comparer<(TPlace Element, (ulong Hash, string Image) Priority)>.Create((a, b) => Compare(a.Priority, b.Priority)))
                .Select((item, rank) => new SampledImage<TPlace>(item.Priority.Image, label.Key, rank, item.Element)))
            .ToArray();

    private static int Compare((ulong Hash, string Image) a, (ulong Hash, string Image) b)
        => a.Hash != b.Hash ? a.Hash.CompareTo(b.Hash) : string.CompareOrdinal(a.Image, b.Image);
}

/// <summary>An image that a <see cref="SampleSelection{TPlace}"/> chose.</summary>
/// <typeparam name="TPlace">How its numbers are found again, for instance shard and row.</typeparam>
/// <param name="Image">Its key.</param>
/// <param name="Label">Its class.</param>
/// <param name="Rank">
/// Its place in its class's drawing order, from 0: the images of ranks below r are the sample that a quota of r would have
/// chosen.
/// </param>
/// <param name="Place">Where it is.</param>
internal sealed record SampledImage<TPlace>(string Image, string Label, int Rank, TPlace Place);
