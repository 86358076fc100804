using System.Runtime.InteropServices;

namespace Pomona.Vision.Imaging;

/// <summary>
/// How decoded samples lie in memory, and what red, green and blue they mean. Where Pillow's <c>convert("RGB")</c> has a
/// rule, it is this one; where it only drops information (alpha) or overflows (16-bit grey), a better one:
/// <list type="bullet">
/// <item>grey: three times the same;</item>
/// <item>16 bits: the high byte, as Pillow does for colour and libpng's strip-16;</item>
/// <item>alpha: over white, <c>(255·(255 − a) + c·a) / 255</c> rounded, as pasting onto white through the alpha mask;</item>
/// <item>CMYK: <c>(255 − c)·(255 − k) / 255</c> rounded, without colour profile.</item>
/// </list>
/// Samples after the colours and the alpha are of no colour and count nothing.
/// </summary>
/// <param name="Bands">Samples per pixel.</param>
/// <param name="Wide">16 bits per sample, in the machine's byte order, instead of 8.</param>
/// <param name="Colours">What the first samples are.</param>
/// <param name="HasAlpha">Whether the sample after the colours is opacity.</param>
internal readonly record struct SampleLayout(int Bands, bool Wide, SampleColours Colours, bool HasAlpha)
{
    /// <summary>How red, green and blue are stored, where they are stored as something else.</summary>
    public YCbCrColours? Stored { get; init; }

    /// <summary>Bytes per pixel.</summary>
    public int PixelSize => Wide ? 2 * Bands : Bands;

    /// <summary>Whether there is a rule for it.</summary>
    public bool IsKnown => Colours != SampleColours.None && Bands >= (int)Colours + (HasAlpha ? 1 : 0);

    /// <summary>The layout of samples of which only the number is known, as libvips' loaders but TIFF's give them.</summary>
    public static SampleLayout Of(int bands, bool wide, bool cmyk) => (bands, cmyk) switch
    {
        (1 or 2, false) => new SampleLayout(bands, wide, SampleColours.Grey, bands == 2),
        (3 or 4, false) => new SampleLayout(bands, wide, SampleColours.Rgb, bands == 4),
        (4 or 5, true) => new SampleLayout(bands, wide, SampleColours.Cmyk, bands == 5),
        _ => new SampleLayout(bands, wide, SampleColours.None, HasAlpha: false),
    };

    /// <summary>Turns whole pixels into RGB. <paramref name="samples"/> may be overwritten on the way.</summary>
    /// <param name="samples">Pixels in this layout.</param>
    /// <param name="rgb">Three bytes for each.</param>
    public void ToRgb(Span<byte> samples, Span<byte> rgb)
    {
        if (Wide)
        {
            var wide = MemoryMarshal.Cast<byte, ushort>(samples);
            for (var i = 0; i < wide.Length; i++)
                samples[i] = (byte)(wide[i] >> 8);
            samples = samples[..wide.Length];
        }

        if (Stored is { } stored)
        {
            for (var i = 0; i < samples.Length; i += Bands)
                stored.ToRgb(samples[i..]);
        }

        switch (Colours)
        {
            case SampleColours.Rgb when Bands == 3:
                samples.CopyTo(rgb);
                break;
            case SampleColours.Rgb:
                for (int i = 0, o = 0; i < samples.Length; i += Bands, o += 3)
                    WriteOverWhite(samples[i], samples[i + 1], samples[i + 2], HasAlpha ? samples[i + 3] : 255, rgb.Slice(o, 3));
                break;
            case SampleColours.Grey:
                for (int i = 0, o = 0; i < samples.Length; i += Bands, o += 3)
                    rgb.Slice(o, 3).Fill(HasAlpha ? OverWhite(samples[i], samples[i + 1]) : samples[i]);
                break;
            default:
                CmykToRgb(samples, rgb);
                break;
        }
    }

    private static void WriteOverWhite(int red, int green, int blue, int alpha, Span<byte> rgb)
    {
        rgb[0] = OverWhite(red, alpha);
        rgb[1] = OverWhite(green, alpha);
        rgb[2] = OverWhite(blue, alpha);
    }

    private static byte OverWhite(int value, int alpha) => DivideBy255((255 * (255 - alpha)) + (value * alpha));

    // Rounded to nearest, exact for every product of two bytes.
    private static byte DivideBy255(int product)
    {
        product += 128;
        return (byte)((product + (product >> 8)) >> 8);
    }

    private void CmykToRgb(ReadOnlySpan<byte> samples, Span<byte> rgb)
    {
        for (int i = 0, o = 0; i < samples.Length; i += Bands, o += 3)
        {
            var light = 255 - samples[i + 3];
            var pixel = rgb.Slice(o, 3);
            for (var ink = 0; ink < 3; ink++)
                pixel[ink] = DivideBy255((255 - samples[i + ink]) * light);
            if (HasAlpha)
                WriteOverWhite(pixel[0], pixel[1], pixel[2], samples[i + 4], pixel);
        }
    }
}

/// <summary>What colours samples are; the number is how many there are of a pixel.</summary>
internal enum SampleColours
{
    /// <summary>Nobody knows.</summary>
    None = 0,

    /// <summary>One brightness.</summary>
    Grey = 1,

    /// <summary>Red, green, blue.</summary>
    Rgb = 3,

    /// <summary>Amounts of ink: cyan, magenta, yellow, black.</summary>
    Cmyk = 4,
}
