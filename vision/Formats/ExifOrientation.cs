using Pomona.Vision.Imaging;

namespace Pomona.Vision.Formats;

/// <summary>The EXIF orientation: which corner of the picture the first pixel is in (CIPA DC-008, tag 0x0112).</summary>
internal static class ExifOrientation
{
    private const int Square = 64;

    /// <summary>As it should be seen.</summary>
    public const int Upright = 1;

    /// <summary>Whether width and height are exchanged.</summary>
    public static bool IsTurned(int orientation) => orientation >= 5;

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
    /// Writes the picture as it should be seen.
    /// </summary>
    /// <param name="source">The pixels as stored.</param>
    /// <param name="orientation">2 to 8.</param>
    /// <param name="into">Takes size and pixels.</param>
    public static unsafe void Apply(RgbImage source, int orientation, RgbImage into)
    {
        var (width, height) = (source.Width, source.Height);
        var turned = IsTurned(orientation);
        into.Reset(turned ? height : width, turned ? width : height);

        // Where the first pixel of the result lies in the source, and how far it is from there to the next one and row.
        var (right, down) = (3L, 3L * width);
        var last = (Column: right * (width - 1), Row: down * (height - 1));
        var (start, step, line) = orientation switch
        {
            2 => (last.Column, -right, down),
            3 => (last.Column + last.Row, -right, -down),
            4 => (last.Row, right, -down),
            5 => (0L, down, right),
            6 => (last.Row, -down, right),
            7 => (last.Column + last.Row, -down, -right),
            8 => (last.Column, down, -right),
            _ => (0L, right, down),
        };

        // Square by square: whole rows of a turned picture would fetch a cache line for every pixel.
        for (var top = 0; top < into.Height; top += Square)
        {
            var bottom = Math.Min(top + Square, into.Height);
            for (var left = 0; left < into.Width; left += Square)
            {
                var end = Math.Min(left + Square, into.Width);
                for (var y = top; y < bottom; y++)
                {
                    var from = source.Pointer + start + (line * y) + (step * left);
                    var to = into.Pointer + (3L * ((long)into.Width * y + left));
                    for (var x = left; x < end; x++, from += step, to += 3)
                        (to[0], to[1], to[2]) = (from[0], from[1], from[2]);
                }
            }
        }

        GC.KeepAlive(source);
        GC.KeepAlive(into);
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
