using Pomona.Contracts;
using Pomona.Numerics.Neighbours;
using Pomona.Numerics.Randomness;

namespace Pomona.Job.Quality;

/// <summary>Images that are far from all others of their class: by the mean distance to the nearest of them in the standardised components.</summary>
internal static class ClassOutliers
{
    public const int Neighbours = 10;

    /// <summary>Neighbours are looked for among so many of a class; of more, a seeded sample.</summary>
    public const int MostOfClass = 2_000;

    /// <summary>How many times further than the upper quartile of its class's distances an image lies at least.</summary>
    public const double LeastFactor = 1.25;

    /// <summary>The findings, class by class.</summary>
    /// <param name="images">The images.</param>
    /// <param name="standardised">Their components, each of unit variance (<see cref="StandardisedComponents"/>).</param>
    /// <param name="seed">Another seed takes other samples.</param>
    /// <param name="threads">How many threads compute.</param>
    /// <param name="cancellation">Stops it.</param>
    public static IEnumerable<Finding> Find(ExaminedImages images, float[] standardised, int seed, int threads, CancellationToken cancellation)
    {
        foreach (var ofClass in images.ByClass())
        {
            if (ofClass.Count < FarOut.LeastValues || images.Width == 0)
                continue;
            IReadOnlyList<int> among = ofClass.Count <= MostOfClass
                ? ofClass
                : [.. ofClass.OrderBy(image => SplitMix64.Hash(seed, images.Images[image])).ThenBy(static image => image).Take(MostOfClass)];
            var distances = NeighbourDistances.Mean(standardised, images.Width, ofClass, among, Neighbours, threads, cancellation);
            var limit = FarOut.ByFactor(distances.Where(static distance => distance > 0), LeastFactor).High;
            for (var i = 0; i < distances.Length; i++)
            {
                if (distances[i] > limit)
                    yield return new Finding(FindingKind.Outlier, images.Images[ofClass[i]], images.LabelOf(ofClass[i]), Sureness.Above(limit, distances[i]));
            }
        }
    }
}
