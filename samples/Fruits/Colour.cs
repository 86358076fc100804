using System.Numerics;

namespace Pomona.Samples.Fruits;

/// <summary>Colours as light adds up (linear, 0 to 1) and as files keep them (sRGB, IEC 61966-2-1).</summary>
internal static class Colour
{
    /// <summary>Linear light of an sRGB colour written as 0xRRGGBB.</summary>
    public static Vector3 FromSrgb(int rgb) => new(Decode(rgb >> 16), Decode(rgb >> 8), Decode(rgb));

    /// <summary>The sRGB value, 0 to 255 but not rounded, of linear light.</summary>
    public static float ToSrgb(float linear)
    {
        var light = Math.Clamp(linear, 0, 1);
        return 255 * (light <= 0.0031308f ? 12.92f * light : (1.055f * MathF.Pow(light, 1 / 2.4f)) - 0.055f);
    }

    /// <summary>0 up to <paramref name="from"/>, 1 from <paramref name="to"/> on, smooth in between.</summary>
    public static float Step(float from, float to, float value)
    {
        var t = Math.Clamp((value - from) / (to - from), 0, 1);
        return t * t * (3 - (2 * t));
    }

    private static float Decode(int value)
    {
        var share = (value & 0xFF) / 255f;
        return share <= 0.04045f ? share / 12.92f : MathF.Pow((share + 0.055f) / 1.055f, 2.4f);
    }
}
