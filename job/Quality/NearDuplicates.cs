using Pomona.Contracts;
using Pomona.Numerics.Neighbours;
using Pomona.Vision.Imaging;

namespace Pomona.Job.Quality;

/// <summary>
/// Images that show the same picture: encoded again or resized, by their small pictures; of photographs cropped a little too, by
/// their features. Groups are what pairs connect; of files that are equal the first stands for all.
/// </summary>
internal static class NearDuplicates
{
    /// <summary>
    /// Root mean square of the small pictures' differences, in grey levels, up to which two images are one picture: of 100 × 100
    /// photographs saved at quality 60, 98 of 100 are within it, where frames of a turning object are 2.4 apart in the median.
    /// </summary>
    public const double PixelRadius = 2.1;

    /// <summary>
    /// The same where one is a <see cref="TinySide">tiny</see> version of the other's shape: at its size as much detail is lost as the
    /// small picture has. Of 100 × 100 photographs at 25 × 25, all are within it.
    /// </summary>
    public const double TinyRadius = 6.5;

    /// <summary>An image with a shorter side than this is tiny.</summary>
    public const int TinySide = 48;

    /// <summary>
    /// Cosine of two photographs' features from which they are one picture: of photographs cropped by 3 % on each side 97 of 100 are
    /// within it, and different ones of a varied set are not beyond 0.72.
    /// </summary>
    public const double LeastCosine = 0.92;

    /// <summary>Photographs that have more such partners in the mean are alike by nature, and their features tell nothing.</summary>
    public const int MostPartners = 3;

    // Within a class a copy wastes room, across classes or the split it misleads, and a series may be meant: no score of one is another's.
    private const double Across = 0.75;
    private const double Within = 0.5;
    private const double Series = 0.25;
    private const double Span = 0.25;

    /// <summary>The findings, group by group.</summary>
    /// <param name="images">The images.</param>
    /// <param name="photographs">Of photographs, their features; null where there are none.</param>
    /// <param name="threads">How many threads compute.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>The findings, and whether photographs' features were passed over.</returns>
    public static (IReadOnlyList<Finding> Findings, bool AreAlike) Find(
        ExaminedImages images, PhotographFeatures? photographs, int threads, CancellationToken cancellation)
    {
        var pairs = ClosePairs.Find(images.Pictures, ImageCues.PictureBytes, PixelRadius, threads, cancellation)
            .Select(static pair => new Pair(pair.First, pair.Second, 1 - (pair.Distance / PixelRadius)))
            .ToList();
        if (images.Sizes.Any(IsTiny))
        {
            var shrunk = ClosePairs.Find(
                images.Pictures, ImageCues.PictureBytes, TinyRadius, threads, cancellation, (first, second) => IsShrunk(images.Sizes[first], images.Sizes[second]));
            pairs.AddRange(shrunk.Select(static pair => new Pair(pair.First, pair.Second, 1 - (pair.Distance / TinyRadius))));
        }

        var areAlike = false;
        if (photographs is { Images: var numbers })
        {
            var close = CloseFeatures.Find(photographs.Rows, photographs.Width, LeastCosine, threads, cancellation);
            areAlike = 2L * close.Count > (long)MostPartners * numbers.Length;
            if (!areAlike)
                pairs.AddRange(close.Select(pair => new Pair(numbers[pair.First], numbers[pair.Second], 1 - (pair.Distance / (1 - LeastCosine)))));
        }

        return ([.. Grouped(images, Distinct(images, pairs))], areAlike);
    }

    private static bool IsTiny((int Width, int Height) size) => Math.Min(size.Width, size.Height) < TinySide;

    /// <summary>Whether one size is tiny, and the other is of the same shape but for rounding, and at least half as large again.</summary>
    internal static bool IsShrunk((int Width, int Height) one, (int Width, int Height) other)
    {
        var (small, large) = one.Width <= other.Width ? (one, other) : (other, one);
        return IsTiny(small)
            && 2 * large.Width >= 3 * small.Width
            && Math.Abs(((double)large.Width * small.Height / large.Height) - small.Width) <= 1;
    }

    /// <summary>Pairs of different files, each once, with the closest that was found of it; ascending.</summary>
    private static List<Pair> Distinct(ExaminedImages images, List<Pair> pairs)
    {
        var first = new Dictionary<UInt128, int>();
        for (var image = 0; image < images.Count; image++)
            first.TryAdd(images.ContentHashes[image], image);
        var ofFiles = pairs
            .Select(pair => (A: first[images.ContentHashes[pair.First]], B: first[images.ContentHashes[pair.Second]], pair.Closeness))
            .Where(static pair => pair.A != pair.B)
            .Select(static pair => new Pair(Math.Min(pair.A, pair.B), Math.Max(pair.A, pair.B), pair.Closeness))
            .OrderBy(static pair => pair.First).ThenBy(static pair => pair.Second).ThenByDescending(static pair => pair.Closeness);
        var distinct = new List<Pair>();
        foreach (var pair in ofFiles)
        {
            if (distinct.Count == 0 || (distinct[^1].First, distinct[^1].Second) != (pair.First, pair.Second))
                distinct.Add(pair);
        }

        return distinct;
    }

    private static IEnumerable<Finding> Grouped(ExaminedImages images, List<Pair> pairs)
    {
        var groups = new Parts(images.Count);
        var partners = new int[images.Count];
        foreach (var pair in pairs)
        {
            groups.Join(pair.First, pair.Second);
            partners[pair.First]++;
            partners[pair.Second]++;
        }

        var closest = new Dictionary<int, double>();
        foreach (var pair in pairs)
        {
            var group = groups.Of(pair.First);
            closest[group] = Math.Max(closest.GetValueOrDefault(group), pair.Closeness);
        }

        foreach (var group in Enumerable.Range(0, images.Count).Where(image => partners[image] > 0).GroupBy(groups.Of))
        {
            int[] members = [.. group];
            var isSeries = !members.Any(image => partners[image] == members.Length - 1);
            var across = GroupSpread.Of(members.Select(image => (images.LabelOf(image), images.AreTests[image])));
            var score = Sureness.Rounded((across is not null ? Across : isSeries ? Series : Within) + (Span * Math.Clamp(closest[group.Key], 0, 1)));
            foreach (var image in members)
            {
                yield return new Finding(
                    FindingKind.NearDuplicate, images.Images[image], images.LabelOf(image), score, images.Images[group.Key], Across: across, IsSeries: isSeries ? true : null);
            }
        }
    }

    /// <summary>Two images, the first of the smaller number, and how close they are: 0 where they just count, 1 where nothing differs.</summary>
    private readonly record struct Pair(int First, int Second, double Closeness);
}
