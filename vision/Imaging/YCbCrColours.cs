namespace Pomona.Vision.Imaging;

/// <summary>
/// From luma and two colour differences to red, green and blue as libtiff does it (<c>TIFFYCbCrToRGBInit</c> in its
/// <c>tif_color.c</c>), so that the pixels are those of tiff2rgba and of Pillow.
/// </summary>
internal sealed class YCbCrColours
{
    private const int Shift = 16;
    private const int Half = 1 << (Shift - 1);

    private static readonly YCbCrColours Usual = new(new YCbCrCoding());

    private readonly int[] _luma = new int[256];
    private readonly int[] _redOfCr = new int[256];
    private readonly int[] _greenOfCr = new int[256];
    private readonly int[] _greenOfCb = new int[256];
    private readonly int[] _blueOfCb = new int[256];

    private YCbCrColours(YCbCrCoding coding)
    {
        var red = 2 - (2 * coding.Luma.Red);
        var blue = 2 - (2 * coding.Luma.Blue);
        var (redOfCr, greenOfCr) = (Fixed(red), -Fixed(coding.Luma.Red * red / coding.Luma.Green));
        var (blueOfCb, greenOfCb) = (Fixed(blue), -Fixed(coding.Luma.Blue * blue / coding.Luma.Green));
        for (var code = 0; code < 256; code++)
        {
            var cr = Value(code - 128, coding.RedRange.Black - 128, coding.RedRange.White - 128, 127);
            var cb = Value(code - 128, coding.BlueRange.Black - 128, coding.BlueRange.White - 128, 127);
            _redOfCr[code] = ((redOfCr * cr) + Half) >> Shift;
            _blueOfCb[code] = ((blueOfCb * cb) + Half) >> Shift;
            _greenOfCr[code] = greenOfCr * cr;
            _greenOfCb[code] = (greenOfCb * cb) + Half;
            _luma[code] = Value(code, coding.Range.Black, coding.Range.White, 255);
        }
    }

    /// <summary>The conversion for a file's coding.</summary>
    public static YCbCrColours Of(YCbCrCoding coding) => coding == new YCbCrCoding() ? Usual : new YCbCrColours(coding);

    /// <summary>Overwrites the first three samples of a pixel.</summary>
    public void ToRgb(Span<byte> pixel)
    {
        var (luma, cb, cr) = (_luma[pixel[0]], pixel[1], pixel[2]);
        pixel[0] = (byte)Math.Clamp(luma + _redOfCr[cr], 0, 255);
        pixel[1] = (byte)Math.Clamp(luma + ((_greenOfCb[cb] + _greenOfCr[cr]) >> Shift), 0, 255);
        pixel[2] = (byte)Math.Clamp(luma + _blueOfCb[cb], 0, 255);
    }

    // A fraction of 0 / 0 is no number, and then as good as 0.
    private static int Fixed(float factor) => (int)((double)(factor > 0 ? Math.Min(factor, 2f) : 0f) * (1 << Shift) + 0.5);

    private static int Value(int code, float black, float white, float most)
    {
        var range = white - black;
        var value = (code - (int)black) * most / (range != 0 ? range : 1);
        return float.IsNaN(value) ? 0 : (int)Math.Clamp(value, -128f * 32, 128f * 32);
    }
}

/// <summary>What luma and the colour differences stand for: as CCIR Recommendation 601 has it, unless a file says otherwise.</summary>
internal sealed record YCbCrCoding
{
    /// <summary>How much red, green and blue are in luma.</summary>
    public (float Red, float Green, float Blue) Luma { get; init; } = (0.299f, 0.587f, 0.114f);

    /// <summary>The codes of black and white in luma.</summary>
    public (float Black, float White) Range { get; init; } = (0, 255);

    /// <summary>Likewise for the difference to blue.</summary>
    public (float Black, float White) BlueRange { get; init; } = (128, 255);

    /// <summary>Likewise for the difference to red.</summary>
    public (float Black, float White) RedRange { get; init; } = (128, 255);
}
