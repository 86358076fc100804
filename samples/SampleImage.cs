using System.Globalization;
using Pomona.Numerics.Randomness;
using Pomona.Vision.Imaging;
using Pomona.Vision.Vips;

namespace Pomona.Samples;

/// <summary>One drawn image: which class, which number, and from these and a seed, always the same bytes.</summary>
/// <param name="Class">What it shows.</param>
/// <param name="Number">Counted from 1 within its class.</param>
internal sealed record SampleImage(SampleClass Class, int Number)
{
    // Part of every drawn file's name, so that a folder of them is told from a folder of photos at a glance.
    private const string Sign = "_drawn_";

    /// <summary>More than a picture of 2,048 × 2,048 pixels takes, the largest that is drawn.</summary>
    private const int LargestFile = 1 << 25;

    /// <summary>The file's name within its class's folder.</summary>
    public string FileName => Class.Name + Sign + Number.ToString("D4", CultureInfo.InvariantCulture) + ".jpg";

    /// <summary>Whether a file in the class's folder is a drawn one, as it was drawn: by its name and by what it holds.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static bool IsDrawn(SampleClass drawnClass, string path)
        => IsDrawnName(drawnClass, Path.GetFileName(path))
            && new FileInfo(path) is { LinkTarget: null, Exists: true, Length: < LargestFile }
            && Certificate.IsOf(File.ReadAllBytes(path));

    /// <summary>Whether it is the beginning of a drawn file, as a drawing that was killed leaves it.</summary>
    /// <inheritdoc cref="IsDrawn"/>
    public static bool IsBegun(SampleClass drawnClass, string path)
        => IsDrawnName(drawnClass, Path.GetFileName(path))
            && new FileInfo(path) is { LinkTarget: null, Exists: true, Length: < LargestFile }
            && Certificate.Begins(File.ReadAllBytes(path));

    /// <param name="seed">Another seed grows other fruit.</param>
    /// <param name="canvas">Where to draw; its size is the image's.</param>
    /// <returns>A JPEG.</returns>
    public byte[] Draw(int seed, RgbImage canvas)
    {
        var random = SplitMix64.For(seed, FileName);
        new Photograph(Class.Grow(random), random).Expose(canvas);
        return Certificate.Add(JpegEncoder.Encode(canvas, 80 + random.Below(16)));
    }

    private static bool IsDrawnName(SampleClass drawnClass, string fileName)
    {
        var start = drawnClass.Name + Sign;
        return fileName.StartsWith(start, StringComparison.Ordinal)
            && fileName.EndsWith(".jpg", StringComparison.Ordinal)
            && fileName.AsSpan(start.Length..^4) is { Length: >= 4 } number
            && !number.ContainsAnyExceptInRange('0', '9');
    }
}
