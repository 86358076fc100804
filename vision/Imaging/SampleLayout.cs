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
/// </summary>
/// <param name="Bands">Samples per pixel.</param>
/// <param name="Wide">16 bits per sample, in the machine's byte order, instead of 8.</param>
/// <param name="Cmyk">The first four samples are amounts of ink.</param>
internal readonly record struct SampleLayout(int Bands, bool Wide, bool Cmyk)
{
    /// <summary>Bytes per pixel.</summary>
    public int PixelSize => Wide ? 2 * Bands : Bands;

    /// <summary>Whether there is a rule for it.</summary>
    public bool IsKnown => Cmyk ? Bands is 4 or 5 : Bands is >= 1 and <= 4;

    /// <summary>Turns whole pixels into RGB. <paramref name="samples"/> of 16 bits are overwritten on the way.</summary>
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

        switch (Bands)
        {
            case 1:
                for (var i = 0; i < samples.Length; i++)
                    rgb.Slice(3 * i, 3).Fill(samples[i]);
                break;
            case 2:
                for (int i = 0, o = 0; i < samples.Length; i += 2, o += 3)
                    rgb.Slice(o, 3).Fill(OverWhite(samples[i], samples[i + 1]));
                break;
            case 3:
                samples.CopyTo(rgb);
                break;
            case 4 when !Cmyk:
                for (int i = 0, o = 0; i < samples.Length; i += 4, o += 3)
                    WriteOverWhite(samples[i], samples[i + 1], samples[i + 2], samples[i + 3], rgb.Slice(o, 3));
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
            if (Bands == 5)
                WriteOverWhite(pixel[0], pixel[1], pixel[2], samples[i + 4], pixel);
        }
    }
}
