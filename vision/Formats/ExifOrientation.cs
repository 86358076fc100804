using Pomona.Vision.Imaging;

namespace Pomona.Vision.Formats;

/// <summary>The EXIF orientation: which corner of the picture the first pixel is in (CIPA DC-008, tag 0x0112).</summary>
internal static class ExifOrientation
{
    /// <summary>As it should be seen.</summary>
    public const int Upright = 1;

    /// <summary>The orientation in a JPEG's EXIF segment, 1 to 8; 1 when there is none that makes sense.</summary>
    public static int OfJpeg(ReadOnlySpan<byte> file)
    {
        var segments = new JpegSegments(file);
        while (segments.MoveNext())
        {
            if (segments.Marker == 0xE1 && segments.Body.StartsWith("Exif\0\0"u8))
                return OfTiff(segments.Body[6..]);
        }

        return Upright;
    }

    /// <summary>
    /// Writes the picture as it should be seen: orientations 5 to 8 exchange width and height.
    /// </summary>
    /// <param name="source">The pixels as stored.</param>
    /// <param name="orientation">2 to 8.</param>
    /// <param name="into">Takes size and pixels.</param>
    public static void Apply(RgbImage source, int orientation, RgbImage into)
    {
        var (width, height) = (source.Width, source.Height);
        var turned = orientation >= 5;
        into.Reset(turned ? height : width, turned ? width : height);
        for (var y = 0; y < into.Height; y++)
        {
            var row = into.Row(y);
            for (var x = 0; x < into.Width; x++)
            {
                var (fromX, fromY) = orientation switch
                {
                    2 => (width - 1 - x, y),
                    3 => (width - 1 - x, height - 1 - y),
                    4 => (x, height - 1 - y),
                    5 => (y, x),
                    6 => (y, height - 1 - x),
                    7 => (width - 1 - y, height - 1 - x),
                    8 => (width - 1 - y, x),
                    _ => (x, y),
                };
                source.Row(fromY).Slice(3 * fromX, 3).CopyTo(row[(3 * x)..]);
            }
        }
    }

    // The segment holds a TIFF file of its own.
    private static int OfTiff(ReadOnlySpan<byte> tiff)
    {
        var directory = new TiffDirectory(tiff);
        while (directory.MoveNext())
        {
            if (directory.Tag == TiffTag.Orientation)
                return directory.Value(0) is var value and >= 1 and <= 8 ? (int)value : Upright;
        }

        return Upright;
    }
}
