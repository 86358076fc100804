using Pomona.Numerics.Randomness;

namespace Pomona.Job.Evaluation;

/// <summary>How many images of each class a sample takes: stratified, so that small classes are seen too.</summary>
internal static class SampleQuota
{
    /// <summary>Seeds the choice of the sample and the folds; on the page.</summary>
    public const int Seed = 20211;

    /// <summary>The most images that are measured and drawn as points.</summary>
    public const int MostImages = 2_000;

    /// <summary>The most images that carry their picture.</summary>
    public const int MostThumbnails = 1_000;

    /// <summary>The most classes; with more, a seeded choice of so many stands for all.</summary>
    public const int MostLabels = 100;

    /// <summary>
    /// Every class gets the same quota; what a class is too small to use goes to the others. With more classes than
    /// <paramref name="mostLabels"/>, those of the smallest hashes are taken.
    /// </summary>
    /// <param name="imagesPerLabel">The classes and their images.</param>
    /// <param name="seed">Chooses among too many classes.</param>
    /// <param name="mostImages">The quotas' sum never exceeds it.</param>
    /// <param name="mostLabels">How many classes get a quota.</param>
    /// <returns>The quota of each chosen class, at least 1.</returns>
    public static IReadOnlyDictionary<string, int> For(
        IReadOnlyDictionary<string, long> imagesPerLabel,
        int seed,
        int mostImages = MostImages,
        int mostLabels = MostLabels)
    {
        var chosen = imagesPerLabel
            .Where(label => label.Value > 0)
            .OrderBy(label => SplitMix64.Hash(seed, label.Key))
            .ThenBy(label => label.Key, StringComparer.Ordinal)
            .Take(Math.Min(mostLabels, mostImages))
            .OrderBy(label => label.Value)
            .ToArray();

        var quotas = new Dictionary<string, int>(chosen.Length, StringComparer.Ordinal);
        var left = mostImages;
        for (var i = 0; i < chosen.Length; i++)
        {
            // The smallest class first: an even share of what is left is the most that any later one can count on.
            var quota = (int)Math.Min(chosen[i].Value, left / (chosen.Length - i));
            quotas.Add(chosen[i].Key, quota);
            left -= quota;
        }

        return quotas;
    }
}
