using Pomona.Numerics.Randomness;

namespace Pomona.Job.Evaluation;

/// <summary>
/// Which images get a thumbnail while extraction has them in hand: of each class that the report will show those with the
/// smallest hashes, as <see cref="SampleSelection{TPlace}"/> takes them, and half as many more, because some will be rejected.
/// Decided from what is planned, before anything is decoded.
/// </summary>
/// <param name="HighestHashes">Of each class, the highest hash of seed and key that is chosen.</param>
internal sealed record ThumbnailSample(IReadOnlyDictionary<string, ulong> HighestHashes)
{
    /// <summary>Whether the image is one of them.</summary>
    public bool Includes(string image, string label)
        => HighestHashes.TryGetValue(label, out var highest) && SplitMix64.Hash(SampleQuota.Seed, image) <= highest;

    /// <summary>
    /// Chooses in one pass over a run's images. It remembers no more than what <see cref="SampleQuota.MostLabels"/> classes
    /// may need: of more, a class whose name's hash is among the smallest keeps being so.
    /// </summary>
    internal sealed class Choice
    {
        private const int MostOfClass = SampleQuota.MostThumbnails * 3 / 2;

        private readonly SortedDictionary<(ulong Hash, string Label), ChosenOfClass> _classes = [];

        // The one to give way to a class of a smaller hash.
        private (ulong Hash, string Label) _last;

        public void Offer(string image, string label)
        {
            var place = (SplitMix64.Hash(SampleQuota.Seed, label), label);
            if (!_classes.TryGetValue(place, out var ofClass))
            {
                if (_classes.Count == SampleQuota.MostLabels)
                {
                    if (_classes.Comparer.Compare(place, _last) > 0)
                        return;
                    _classes.Remove(_last);
                }

                _classes.Add(place, ofClass = new ChosenOfClass());
                _last = _classes.Keys.Last();
            }

            ofClass.Images++;
            var hash = SplitMix64.Hash(SampleQuota.Seed, image);
            if (ofClass.Smallest.Count < MostOfClass)
                ofClass.Smallest.Enqueue(hash, ulong.MaxValue - hash);
            else
                ofClass.Smallest.EnqueueDequeue(hash, ulong.MaxValue - hash);
        }

        public ThumbnailSample Chosen()
        {
            var quotas = SampleQuota.For(
                _classes.ToDictionary(one => one.Key.Label, one => one.Value.Images, StringComparer.Ordinal),
                SampleQuota.Seed,
                SampleQuota.MostThumbnails);
            var highest = new SortedDictionary<string, ulong>(StringComparer.Ordinal);
            foreach (var ((_, label), ofClass) in _classes)
            {
                var wanted = quotas[label] + ((quotas[label] + 1) / 2);
                highest.Add(label, wanted >= ofClass.Images
                    ? ulong.MaxValue
                    : ofClass.Smallest.UnorderedItems.Select(static item => item.Element).Order().ElementAt(wanted - 1));
            }

            return new ThumbnailSample(highest);
        }

        private sealed class ChosenOfClass
        {
            public long Images { get; set; }

            // The largest of them first, which is the one to give way.
            public PriorityQueue<ulong, ulong> Smallest { get; } = new();
        }
    }
}
