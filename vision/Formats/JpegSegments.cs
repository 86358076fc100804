using System.Buffers.Binary;

namespace Pomona.Vision.Formats;

/// <summary>The marker segments of a JPEG up to and with its first scan's header (ITU-T T.81, annex B.1.1).</summary>
internal ref struct JpegSegments(ReadOnlySpan<byte> file)
{
    private const byte StartOfScan = 0xDA;

    private ReadOnlySpan<byte> _rest = file.Length > 2 ? file[2..] : default;

    /// <summary>The current segment's marker: the byte after 0xFF.</summary>
    public byte Marker { get; private set; }

    /// <summary>The current segment without marker and length; shorter than it should be where the file ends.</summary>
    public ReadOnlySpan<byte> Body { get; private set; }

    /// <summary>Whether it is a frame header (SOF0 to SOF15), which gives the size.</summary>
    public readonly bool IsFrame => Marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC);

    /// <summary>Whether it is a scan header, the last segment there is.</summary>
    public readonly bool IsScan => Marker == StartOfScan;

    // Annex B: the size is in the frame header, the first SOF marker's segment.
    public static (int Width, int Height)? SizeOf(ReadOnlySpan<byte> file)
    {
        var segments = new JpegSegments(file);
        while (segments.MoveNext())
        {
            if (segments.IsFrame)
                return SizeIn(segments.Body);
        }

        return null;
    }

    private static (int Width, int Height)? SizeIn(ReadOnlySpan<byte> frame) => frame.Length < 6
        ? null
        : (BinaryPrimitives.ReadUInt16BigEndian(frame[3..]), BinaryPrimitives.ReadUInt16BigEndian(frame[1..]));

    /// <summary>
    /// The file with each side of its size raised to a whole number of these units: what is decoded at 1/2, 1/4 or 1/8 of its
    /// size, which libvips rounds down, then has the column and row that libjpeg completes from the block that is there.
    /// </summary>
    /// <param name="unit">1, 2, 4 or 8.</param>
    /// <param name="file">The file; itself where its sides are whole already.</param>
    public static ReadOnlySpan<byte> WithWholeSides(int unit, ReadOnlySpan<byte> file)
    {
        var segments = new JpegSegments(file);
        while (segments.MoveNext())
        {
            if (!segments.IsFrame)
                continue;
            if (SizeIn(segments.Body) is not var (width, height) || (width % unit == 0 && height % unit == 0))
                return file;
            var whole = file.ToArray();
            _ = file.Overlaps(segments.Body, out var frame);
            BinaryPrimitives.WriteUInt16BigEndian(whole.AsSpan(frame + 1), (ushort)((height + unit - 1) / unit * unit));
            BinaryPrimitives.WriteUInt16BigEndian(whole.AsSpan(frame + 3), (ushort)((width + unit - 1) / unit * unit));
            return whole;
        }

        return file;
    }

    /// <summary>Whether its scans refine one another, so that no row is complete before the last one (SOF2, SOF10).</summary>
    public static bool IsProgressive(ReadOnlySpan<byte> file)
    {
        var segments = new JpegSegments(file);
        while (segments.MoveNext())
        {
            if (segments.IsFrame)
                return segments.Marker is 0xC2 or 0xCA;
        }

        return false;
    }

    /// <summary>Whether all components are in one sequential scan, so that its last byte completes every pixel.</summary>
    public static bool HasOneScan(ReadOnlySpan<byte> file)
    {
        var segments = new JpegSegments(file);
        var components = -1;
        while (segments.MoveNext())
        {
            if (segments.IsFrame)
                components = segments.Marker is 0xC0 or 0xC1 && segments.Body.Length > 5 ? segments.Body[5] : -1;
            if (segments.IsScan)
                return segments.Body.Length > 0 && segments.Body[0] == components;
        }

        return false;
    }

    /// <summary>Whether there are more scans than an encoder makes: every scan of a progressive file passes over all pixels.</summary>
    public static bool HasMoreScansThan(int most, ReadOnlySpan<byte> file)
    {
        if (HasOneScan(file))
            return false;

        // Within the data of a scan 0xFF is followed by 0, or by one of the eight restart markers (T.81, B.1.1.5).
        var scans = 0;
        for (var rest = file[2..]; rest.IndexOf((byte)0xFF) is >= 0 and var at && at + 1 < rest.Length; rest = rest[(at + 1)..])
        {
            if (rest[at + 1] == StartOfScan && ++scans > most)
                return true;
        }

        return false;
    }

    /// <summary>
    /// What makes a whole JPEG one that few programs decode: its frame header's process and precision (annex B.2.2); null for
    /// 8-bit sequential and progressive ones.
    /// </summary>
    public static string? ProcessOf(ReadOnlySpan<byte> file)
    {
        var segments = new JpegSegments(file);
        while (segments.MoveNext())
        {
            if (!segments.IsFrame)
                continue;
            if (segments.Marker is 0xC3 or 0xC7 or 0xCB or 0xCF)
                return "lossless JPEG";
            if (segments.Marker is 0xC5 or 0xC6 or 0xCD or 0xCE)
                return "hierarchical JPEG";
            return segments.Body is [not 8, ..]
                ? FormattableString.Invariant($"JPEG with {segments.Body[0]} bits per channel")
                : null;
        }

        return null;
    }

    /// <summary>Goes to the next segment; false after the first scan's header and where the file ends.</summary>
    public bool MoveNext()
    {
        while (!IsScan)
        {
            // Decoders pass over garbage between segments, and over the fill bytes 0xFF that may precede a marker.
            var start = _rest.IndexOf((byte)0xFF);
            if (start < 0)
                return false;
            _rest = _rest[start..];
            var marker = _rest.IndexOfAnyExcept((byte)0xFF);
            if (marker < 0)
                return false;
            Marker = _rest[marker];
            _rest = _rest[(marker + 1)..];
            if (Marker is 0 or 1 or (>= 0xD0 and <= 0xD8))
                continue;
            if (Marker == 0xD9 || _rest.Length < 2)
                return false;

            var length = Math.Min((int)BinaryPrimitives.ReadUInt16BigEndian(_rest), _rest.Length);
            Body = length > 2 ? _rest[2..length] : default;
            _rest = _rest[Math.Max(length, 2)..];
            return true;
        }

        return false;
    }
}
