using System.Globalization;
using System.Security.Cryptography;
using Pomona.Numerics.Randomness;
using Pomona.Vision.Decoding;
using Pomona.Vision.Imaging;
using Pomona.Vision.Resizing;
using Pomona.Vision.Vips;

namespace Pomona.Bench;

/// <summary>A way in which a picture is copied and is another file afterwards.</summary>
/// <param name="Name">What is done to it.</param>
/// <param name="Make">The copy's file, of the decoded source.</param>
internal sealed record CopyKind(string Name, Func<RgbImage, byte[]> Make)
{
    private const int JpegQuality = 90;

    public static IReadOnlyList<CopyKind> Encoded { get; } =
    [
        new("resized to 0.7", static image => Resized(image, 0.7)),
        new("saved at quality 60", static image => JpegEncoder.Encode(image, 60)),
        new("at quarter size", static image => Resized(image, 0.25)),
    ];

    public static IReadOnlyList<CopyKind> Cropped { get; } = [new("cropped by 3 % on each side", static image => Crop(image, 0.03))];

    private static byte[] Resized(RgbImage image, double scale)
    {
        using var small = new RgbImage();
        small.Reset(Math.Max(1, (int)Math.Round(image.Width * scale)), Math.Max(1, (int)Math.Round(image.Height * scale)));
        using var resizer = new PixelResizer(ResizeFilter.Bicubic, small.Width, small.Height);
        resizer.Resize(image, small.Pixels);
        return JpegEncoder.Encode(small, JpegQuality);
    }

    private static byte[] Crop(RgbImage image, double share)
    {
        var (left, top) = ((int)Math.Round(image.Width * share), (int)Math.Round(image.Height * share));
        using var inner = new RgbImage();
        inner.Reset(image.Width - (2 * left), image.Height - (2 * top));
        for (var y = 0; y < inner.Height; y++)
            image.Row(top + y).Slice(3 * left, 3 * inner.Width).CopyTo(inner.Row(y));
        return JpegEncoder.Encode(inner, JpegQuality);
    }
}

/// <summary>
/// A data set with copies planted in it, each beside its source's class under a name that tells nothing; no source has two of them.
/// </summary>
internal sealed class PlantedCopies
{
    private readonly Dictionary<string, string> _sources = [];
    private readonly Dictionary<string, string> _kinds = [];

    /// <param name="files">The data set.</param>
    /// <param name="kinds">What is planted.</param>
    /// <param name="ofKind">So many copies of each kind.</param>
    /// <param name="seed">Chooses sources and names.</param>
    public PlantedCopies(IReadOnlyList<DataFile> files, IReadOnlyList<CopyKind> kinds, int ofKind, ulong seed)
    {
        var random = new SplitMix64(seed);
        var sources = files.ToArray();
        random.Shuffle(sources.AsSpan());
        var all = new List<DataFile>(files);
        using var decoder = new ImageDecoder(new DecodeSettings());
        using var image = new RgbImage();
        for (var i = 0; i < Math.Min(sources.Length, ofKind * kinds.Count); i++)
        {
            var kind = kinds[i % kinds.Count];
            decoder.Decode(sources[i].Content, image);
            var copy = new DataFile(string.Create(CultureInfo.InvariantCulture, $"{sources[i].Class}/{random.Next():x16}.jpg"), kind.Make(image));
            _sources.Add(copy.Key, sources[i].Key);
            _kinds.Add(copy.Key, kind.Name);
            all.Add(copy);
        }

        Files = all;
    }

    /// <summary>The data set with the copies.</summary>
    public IReadOnlyList<DataFile> Files { get; }

    /// <summary>Of each kind, the share of copies that are in one group with their source.</summary>
    /// <param name="groups">Groups of images.</param>
    public IReadOnlyList<(string Kind, FoundShare Share)> Recall(IReadOnlyDictionary<string, string[]> groups)
    {
        var groupOf = groups.SelectMany(static group => group.Value, static (group, image) => (image, group.Key))
            .ToDictionary(static member => member.image, static member => member.Key);
        return [.. _kinds.GroupBy(static copy => copy.Value, static copy => copy.Key).Select(kind =>
        {
            long found = kind.Count(copy => groupOf.TryGetValue(copy, out var group) && groupOf.GetValueOrDefault(_sources[copy]) == group);
            return (kind.Key, new FoundShare(found, found, kind.Count()));
        })];
    }

    /// <summary>The share of all pairs within groups that really are a source and its copy.</summary>
    public double Precision(IReadOnlyDictionary<string, string[]> groups)
    {
        long pairs = 0, right = 0;
        foreach (var group in groups.Values)
        {
            pairs += group.Length * (group.Length - 1L) / 2;
            right += group.GroupBy(image => _sources.GetValueOrDefault(image, image)).Sum(static same => same.Count() * (same.Count() - 1L) / 2);
        }

        return pairs == 0 ? double.NaN : (double)right / pairs;
    }

    /// <summary>The naive rule: files with one hash are copies.</summary>
    public IReadOnlyDictionary<string, string[]> EqualFiles()
        => Files.GroupBy(static file => Convert.ToHexString(SHA256.HashData(file.Content)))
            .Where(static equal => equal.Count() > 1)
            .ToDictionary(static equal => equal.Key, static equal => equal.Select(static file => file.Key).ToArray());
}
