using Pomona.Contracts;

namespace Pomona.Job.Quality;

/// <summary>A file and its hash.</summary>
/// <param name="Image">Its key.</param>
/// <param name="Label">Its class.</param>
/// <param name="IsTest">Whether it is for testing alone.</param>
/// <param name="Hash">128 bits of its content: of different files they differ, short of intent.</param>
internal readonly record struct HashedImage(string Image, string Label, bool IsTest, UInt128 Hash);

/// <summary>Files that are there more than once, byte for byte.</summary>
internal static class ExactDuplicates
{
    /// <summary>The hashes that occur more than once.</summary>
    /// <param name="hashes">All; left sorted.</param>
    public static IReadOnlySet<UInt128> Repeated(Span<UInt128> hashes)
    {
        hashes.Sort();
        var repeated = new HashSet<UInt128>();
        for (var i = 1; i < hashes.Length; i++)
        {
            if (hashes[i] == hashes[i - 1])
                repeated.Add(hashes[i]);
        }

        return repeated;
    }

    /// <summary>The findings: every image of a group, group by group.</summary>
    /// <param name="images">Images in the order of their keys; those whose hash no other has are passed over.</param>
    public static IEnumerable<Finding> Find(IEnumerable<HashedImage> images)
        => images.GroupBy(static image => image.Hash)
            .Select(static group => group.ToArray())
            .Where(static group => group.Length > 1)
            .SelectMany(static group =>
            {
                var across = GroupSpread.Of(group.Select(static image => (image.Label, image.IsTest)));
                return group.Select(image => new Finding(FindingKind.Duplicate, image.Image, image.Label, Score: 1, group[0].Image, Across: across));
            });
}
