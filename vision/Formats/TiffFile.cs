using Pomona.Vision.Imaging;

namespace Pomona.Vision.Formats;

/// <summary>
/// What a TIFF file's first directory says of its pixels. libvips hands most of them on as they are stored; which of them
/// are colours, and of which kind, is said here (TIFF 6.0; defaults as there).
/// </summary>
internal static class TiffFile
{
    private const int OldJpeg = 6;
    private const int Jpeg = 7;

    // A few kilobytes may claim 65,535 channels a pixel, and every one is decoded before the first three are taken.
    private const int MostChannels = 16;

    public static (int Width, int Height)? SizeOf(ReadOnlySpan<byte> file)
    {
        var (width, height) = (0, 0);
        var directory = new TiffDirectory(file);
        while (directory.MoveNext())
        {
            if (directory.Tag == TiffTag.ImageWidth)
                width = ImageHeader.Clamp(directory.Value(0));
            else if (directory.Tag == TiffTag.ImageLength)
                height = ImageHeader.Clamp(directory.Value(0));
        }

        return width > 0 && height > 0 ? (width, height) : null;
    }

    /// <summary>TIFF has no end: its directory says where each strip or tile of pixels is.</summary>
    public static bool IsDataMissing(ReadOnlySpan<byte> file)
    {
        var directory = new TiffDirectory(file);
        var offsets = directory;
        var sizes = directory;
        while (directory.MoveNext())
        {
            if (directory.Tag is TiffTag.StripOffsets or TiffTag.TileOffsets)
                offsets = directory;
            else if (directory.Tag is TiffTag.StripByteCounts or TiffTag.TileByteCounts)
                sizes = directory;
        }

        if (directory.IsCut)
            return true;
        for (var i = 0; i < Math.Min(offsets.Count, sizes.Count); i++)
        {
            if (offsets.Value(i) + (UInt128)sizes.Value(i) > (ulong)file.Length)
                return true;
        }

        return false;
    }

    public static TiffPixels PixelsOf(ReadOnlySpan<byte> file)
    {
        var pixels = new TiffPixels();
        var directory = new TiffDirectory(file);
        var bits = directory;
        while (directory.MoveNext())
        {
            if (directory.Count == 0)
                continue;
            var value = ImageHeader.Clamp(directory.Value(0));
            switch (directory.Tag)
            {
                case TiffTag.BitsPerSample:
                    pixels.Bits = value;
                    bits = directory;
                    break;
                case TiffTag.Compression:
                    pixels.Compression = value;
                    break;
                case TiffTag.Photometric:
                    pixels.Photometric = value;
                    break;
                case TiffTag.SamplesPerPixel:
                    pixels.Samples = value;
                    break;
                case TiffTag.PlanarConfiguration:
                    pixels.IsPlanar = value == 2;
                    break;
                case TiffTag.TileOffsets:
                    pixels.IsTiled = true;
                    break;
                case TiffTag.InkSet:
                    pixels.InkSet = value;
                    break;
                case TiffTag.ExtraSamples:
                    pixels.ExtraSample = value;
                    break;
                case TiffTag.SampleFormat:
                    pixels.SampleFormat = value;
                    break;
                case TiffTag.YCbCrCoefficients when directory.Count == 3:
                    pixels.Coding = pixels.Coding with
                    {
                        Luma = (directory.Fraction(0), directory.Fraction(1), directory.Fraction(2)),
                    };
                    break;
                case TiffTag.YCbCrSubsampling when directory.Count == 2:
                    pixels.IsSubsampled = value != 1 || directory.Value(1) != 1;
                    break;
                case TiffTag.ReferenceBlackWhite when directory.Count == 6:
                    pixels.Coding = pixels.Coding with
                    {
                        Range = (directory.Fraction(0), directory.Fraction(1)),
                        BlueRange = (directory.Fraction(2), directory.Fraction(3)),
                        RedRange = (directory.Fraction(4), directory.Fraction(5)),
                    };
                    break;
            }
        }

        // Some writers say it once for all channels, some for more than there are.
        for (var i = 1; i < Math.Min(bits.Count, pixels.Samples); i++)
            pixels.MixedBits |= bits.Value(i) != bits.Value(0);
        return pixels;
    }

    /// <summary>
    /// The file with its colours called red, green and blue. libvips 8.18 mixes up the rows of channels in planes of their
    /// own where it has something to do with them besides copying; from this it copies them.
    /// </summary>
    public static byte[] AsRgb(ReadOnlySpan<byte> file)
    {
        var copy = file.ToArray();
        var directory = new TiffDirectory(file);
        while (directory.MoveNext())
        {
            if (directory.Tag == TiffTag.Photometric)
                (copy[directory.ValueAt], copy[directory.ValueAt + 1]) = file[0] == 0x49 ? ((byte)2, (byte)0) : ((byte)0, (byte)2);
        }

        return copy;
    }

    /// <summary>What makes a whole file one that is not decoded, or null where nothing does.</summary>
    public static string? Unsupported(in TiffPixels pixels)
    {
        var kind = pixels.Photometric switch
        {
            4 => "a transparency mask",
            8 or 9 or 10 => "L*a*b* colours",
            32803 or 34892 => "the raw data of a camera's sensor",
            32844 or 32845 => "LogLuv colours",
            (int)TiffColours.Inks when pixels.InkSet > 1 => "inks other than CMYK",
            > 6 => FormattableString.Invariant($"colours of the kind {pixels.Photometric}"),
            _ => null,
        };
        if (kind is not null)
            return kind;
        if (pixels.SampleFormat is 3)
            return FormattableString.Invariant($"floating-point channels ({pixels.Bits} bits), of which nothing says what white is");
        if (pixels.SampleFormat is 2 or 5 or 6)
            return pixels.SampleFormat == 2 ? "signed channels, of which nothing says what white is" : "complex numbers";
        if (pixels.Samples > MostChannels)
            return FormattableString.Invariant($"{pixels.Samples} channels, where at most {MostChannels} are read");
        if (pixels.MixedBits)
            return "channels of different numbers of bits";
        var bitsFit = pixels.Photometric switch
        {
            (int)TiffColours.WhiteIsZero or (int)TiffColours.BlackIsZero or (int)TiffColours.Palette
                => pixels.Bits is 1 or 2 or 4 or 8 or 16,
            (int)TiffColours.YCbCr => pixels.Bits is 8,
            _ => pixels.Bits is 8 or 16,
        };
        if (!bitsFit)
            return FormattableString.Invariant($"{pixels.Bits} bits per channel");
        if (pixels is { IsTiled: true, IsPlanar: true, Samples: > 1 })
            return "tiles of one channel each";
        if (pixels is { IsPlanar: true, IsSubsampled: true, Photometric: (int)TiffColours.YCbCr })
            return "planes of different sizes";
        if (pixels is { IsPlanar: true, Samples: > 1, Photometric: (int)TiffColours.WhiteIsZero or (int)TiffColours.Palette })
            return "a palette or inverted grey in planes";
        if (pixels.Samples < pixels.Colours)
            return FormattableString.Invariant($"{pixels.Samples} channels where its colours have {pixels.Colours}");
        return pixels.Colours == 1 && pixels.Samples > 2 && !pixels.HasAlpha
            ? FormattableString.Invariant($"{pixels.Samples} channels, of which nothing says what colours they are")
            : null;
    }

    /// <summary>What the compression is called that a library may lack; null for those that every one has.</summary>
    public static string? CompressionName(int compression) => compression switch
    {
        OldJpeg => "old-style JPEG",
        Jpeg => "JPEG",
        34661 => "JBIG",
        33003 or 33004 or 33005 or 34712 => "JPEG 2000",
        34676 or 34677 => "SGI LogLuv",
        34887 => "LERC",
        34892 => "lossy JPEG of DNG",
        34925 => "LZMA",
        50000 => "ZSTD",
        50001 => "WebP",
        50002 or 52546 => "JPEG XL",
        1 or 2 or 3 or 4 or 5 or 8 or 32773 or 32946 => null,
        _ => FormattableString.Invariant($"the compression {compression}"),
    };

    /// <summary>How libvips' samples are to be read; its <paramref name="bands"/> may be fewer than the file's.</summary>
    public static SampleLayout LayoutOf(in TiffPixels pixels, int bands, bool wide)
    {
        // Through libtiff's own conversion, which gives red, green, blue and an alpha of its own.
        var converted = pixels.Compression == OldJpeg
            || (pixels is { Photometric: (int)TiffColours.YCbCr, IsSubsampled: true } && pixels.Compression != Jpeg);
        if (converted)
            return new SampleLayout(bands, wide, SampleColours.Rgb, HasAlpha: false);
        var extra = Math.Max(0, pixels.Samples - pixels.Colours);
        return (bands - extra) switch
        {
            1 => new SampleLayout(bands, wide, SampleColours.Grey, pixels.HasAlpha),
            3 when pixels is { Photometric: (int)TiffColours.YCbCr } && (pixels.IsPlanar || pixels.Compression != Jpeg)
                => new SampleLayout(bands, wide, SampleColours.Rgb, pixels.HasAlpha) { Stored = YCbCrColours.Of(pixels.Coding) },
            3 => new SampleLayout(bands, wide, SampleColours.Rgb, pixels.HasAlpha),
            4 => new SampleLayout(bands, wide, SampleColours.Cmyk, pixels.HasAlpha),
            _ => default,
        };
    }
}

/// <summary>How a TIFF's pixels are stored: its tags' values, or what they are where a tag is missing.</summary>
internal record struct TiffPixels()
{
    public int Bits { get; set; } = 1;

    /// <summary>Whether channels have different numbers of bits.</summary>
    public bool MixedBits { get; set; }

    public int Compression { get; set; } = 1;

    public int Photometric { get; set; }

    public int Samples { get; set; } = 1;

    public int SampleFormat { get; set; } = 1;

    public int InkSet { get; set; } = 1;

    public bool IsPlanar { get; set; }

    public bool IsTiled { get; set; }

    /// <summary>What the first channel after the colours is; null where no tag says so.</summary>
    public int? ExtraSample { get; set; }

    /// <summary>Whether chroma has fewer samples than luma, as it has where no tag says so.</summary>
    public bool IsSubsampled { get; set; } = true;

    /// <summary>What luma and colour differences stand for, where the colours are stored so.</summary>
    public YCbCrCoding Coding { get; set; } = new();

    /// <summary>How many channels the colours are.</summary>
    public readonly int Colours => (TiffColours)Photometric switch
    {
        TiffColours.Rgb or TiffColours.YCbCr => 3,
        TiffColours.Inks => 4,
        _ => 1,
    };

    /// <summary>Whether libvips must be given <see cref="TiffFile.AsRgb"/>.</summary>
    public readonly bool NeedsCopying => IsPlanar && Samples > 1
        && Photometric is (int)TiffColours.BlackIsZero or (int)TiffColours.YCbCr;

    /// <summary>
    /// Whether the channel after the colours is opacity: 1 and 2 by the standard, 999 in CorelDRAW's files; as Pillow has
    /// it, also where no tag says what it is. 0 is anything else, for instance infrared.
    /// </summary>
    public readonly bool HasAlpha => Samples > Colours && ExtraSample is null or 1 or 2 or 999;
}

/// <summary>The values of PhotometricInterpretation whose colours are decoded.</summary>
internal enum TiffColours
{
    WhiteIsZero = 0,
    BlackIsZero = 1,
    Rgb = 2,
    Palette = 3,
    Inks = 5,
    YCbCr = 6,
}

/// <summary>The TIFF tags that matter before decoding.</summary>
internal static class TiffTag
{
    public const int ImageWidth = 256;
    public const int ImageLength = 257;
    public const int BitsPerSample = 258;
    public const int Compression = 259;
    public const int Photometric = 262;
    public const int StripOffsets = 273;
    public const int Orientation = 274;
    public const int SamplesPerPixel = 277;
    public const int StripByteCounts = 279;
    public const int PlanarConfiguration = 284;
    public const int TileOffsets = 324;
    public const int TileByteCounts = 325;
    public const int InkSet = 332;
    public const int ExtraSamples = 338;
    public const int SampleFormat = 339;
    public const int YCbCrCoefficients = 529;
    public const int YCbCrSubsampling = 530;
    public const int ReferenceBlackWhite = 532;
}
