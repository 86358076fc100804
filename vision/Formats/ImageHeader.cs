using System.Buffers.Binary;
using Pomona.Vision.Imaging;

namespace Pomona.Vision.Formats;

/// <summary>
/// What a file says about itself in its first bytes: the format by its magic number, and the size before anything is
/// decoded, so that a decompression bomb costs nothing. Read once for each file.
/// </summary>
/// <param name="Format">The format whose magic number the file has, even when it has no size.</param>
/// <param name="HasSize">False when the format is unknown or the file ends before it gives its size.</param>
/// <param name="Width">Columns: any value that the format can express, zero included.</param>
/// <param name="Height">Rows, likewise.</param>
public readonly record struct ImageHeader(ImageFormat Format, bool HasSize, int Width, int Height)
{
    /// <summary>Columns times rows; 0 without a size.</summary>
    public long PixelCount => (long)Width * Height;

    /// <summary>Columns and rows of a JPEG turned upright as its EXIF orientation says; of others as they are.</summary>
    /// <param name="file">The whole file.</param>
    public (int Width, int Height) UprightSize(ReadOnlySpan<byte> file)
        => Format == ImageFormat.Jpeg && ExifOrientation.IsTurned(ExifOrientation.OfJpeg(file)) ? (Height, Width) : (Width, Height);

    /// <summary>Reads it.</summary>
    /// <param name="file">The file, or enough of its beginning.</param>
    public static ImageHeader Read(ReadOnlySpan<byte> file)
    {
        var format = FormatOf(file);
        var size = format switch
        {
            ImageFormat.Jpeg => JpegSegments.SizeOf(file),
            ImageFormat.Png => PngFile.SizeOf(file),
            ImageFormat.WebP => WebPFile.SizeOf(file),
            ImageFormat.Gif => GifFile.SizeOf(file),
            ImageFormat.Bmp => BmpDecoder.SizeOf(file),
            ImageFormat.Tiff => TiffFile.SizeOf(file),
            ImageFormat.Heic or ImageFormat.Avif => HeifFile.SizeOf(file),
            ImageFormat.JpegXl => JpegXlFile.SizeOf(file),
            ImageFormat.Jpeg2000 => Jpeg2000File.SizeOf(file),
            _ => null,
        };
        return size is var (width, height)
            ? new ImageHeader(format, true, width, height)
            : new ImageHeader(format, false, 0, 0);
    }

    /// <summary>
    /// Whether a file stops before its format says it ends, which tells a broken transfer from a broken file; false also
    /// where the format does not say where it ends.
    /// </summary>
    internal static bool IsEndMissing(ImageFormat format, ReadOnlySpan<byte> file) => format switch
    {
        ImageFormat.Png => PngFile.IsEndMissing(file),
        ImageFormat.WebP => WebPFile.IsEndMissing(file),
        ImageFormat.Gif => GifFile.IsEndMissing(file),
        ImageFormat.Tiff => TiffFile.IsDataMissing(file),
        ImageFormat.Heic or ImageFormat.Avif => HeifFile.Read(file)?.IsDataMissing ?? true,
        ImageFormat.JpegXl => JpegXlFile.IsEndMissing(file),
        ImageFormat.Jpeg2000 => Jpeg2000File.IsEndMissing(file),
        _ => false,
    };

    internal static int Clamp(ulong value) => (int)Math.Min(value, int.MaxValue);

    private static ImageFormat FormatOf(ReadOnlySpan<byte> file)
    {
        if (file.StartsWith<byte>([0xFF, 0xD8, 0xFF]))
            return ImageFormat.Jpeg;
        if (file.StartsWith<byte>([0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10]))
            return ImageFormat.Png;
        if (file.Length >= 12 && file.StartsWith("RIFF"u8) && file[8..12].SequenceEqual("WEBP"u8))
            return ImageFormat.WebP;
        if (file.StartsWith("GIF87a"u8) || file.StartsWith("GIF89a"u8))
            return ImageFormat.Gif;
        if (file.StartsWith<byte>([0x49, 0x49, 42, 0]) || file.StartsWith<byte>([0x4D, 0x4D, 0, 42])
            || file.StartsWith<byte>([0x49, 0x49, 43, 0]) || file.StartsWith<byte>([0x4D, 0x4D, 0, 43]))
            return ImageFormat.Tiff;
        if (HeifFile.IsHeif(file, out var isAvif))
            return isAvif ? ImageFormat.Avif : ImageFormat.Heic;
        if (JpegXlFile.Is(file))
            return ImageFormat.JpegXl;
        if (Jpeg2000File.Is(file))
            return ImageFormat.Jpeg2000;

        // "BM" alone is too common a beginning of text.
        return file.Length >= 18 && file.StartsWith("BM"u8)
            && BinaryPrimitives.ReadUInt32LittleEndian(file[14..]) is 12 or 16 or 40 or 52 or 56 or 64 or 108 or 124
            ? ImageFormat.Bmp
            : ImageFormat.Unknown;
    }
}
