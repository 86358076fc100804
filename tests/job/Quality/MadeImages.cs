using Pomona.Job.Quality;
using Pomona.Numerics.Randomness;
using Pomona.Vision.Imaging;

namespace Pomona.Job.Tests.Quality;

/// <summary>Images without a fault, of classes that lie apart: to plant faults in.</summary>
internal static class MadeImages
{
    public const int Components = 8;

    /// <summary>Images of pictures of their own, 100 × 100, of about equal sharpness.</summary>
    public static ExaminedImages Of(int classes, int perClass, int seed = 7)
    {
        var random = new SplitMix64((ulong)seed);
        var count = classes * perClass;
        var pictures = new byte[count * ImageCues.PictureBytes];
        for (var i = 0; i < pictures.Length; i++)
            pictures[i] = (byte)(20 + random.Below(200));
        var components = new float[count * Components];
        for (var i = 0; i < components.Length; i++)
            components[i] = random.Between(-1, 1) + (i % Components == i / Components / perClass % Components ? 9 : 0);
        return new ExaminedImages(
            [.. Enumerable.Range(0, classes).Select(c => $"class{c:D2}")],
            [.. Enumerable.Range(0, count).Select(i => $"class{i / perClass:D2}/{i:D5}.jpg")],
            [.. Enumerable.Range(0, count).Select(i => i / perClass)],
            new bool[count],
            [.. Enumerable.Range(0, count).Select(i => (UInt128)(uint)i)],
            pictures,
            [.. Enumerable.Repeat((100, 100), count)],
            [.. Enumerable.Range(0, count).Select(_ => random.Between(80, 160))],
            components);
    }

    /// <summary>An image's small picture, to be painted over.</summary>
    public static Span<byte> Picture(this ExaminedImages images, int image)
        => images.Pictures.AsSpan(image * ImageCues.PictureBytes, ImageCues.PictureBytes);

    /// <summary>An image's components, to be moved.</summary>
    public static Span<float> Place(this ExaminedImages images, int image) => images.Components.AsSpan(image * images.Width, images.Width);

    /// <summary>An image becomes a copy of another as encoding it again makes one: no pixel differs by more than this.</summary>
    public static void Reencode(this ExaminedImages images, int image, int original, int most = 1)
    {
        var random = new SplitMix64((ulong)image);
        var from = images.Picture(original);
        var to = images.Picture(image);
        for (var i = 0; i < to.Length; i++)
            to[i] = (byte)(from[i] + random.Below((2 * most) + 1) - most);
    }

    public static QualityFindings Look(this ExaminedImages images, PhotographFeatures? photographs = null, int threads = 2)
        => QualityFindings.Of(
            images,
            Enumerable.Range(0, images.Count).Select(i => new HashedImage(images.Images[i], images.LabelOf(i), images.AreTests[i], images.ContentHashes[i])),
            photographs,
            seed: 3,
            threads,
            CancellationToken.None);
}
