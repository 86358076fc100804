namespace Pomona.Vision.Formats;

/// <summary>
/// The entries of one directory of a TIFF file (TIFF 6.0, section 2), in either byte order; BigTIFF has wider fields. EXIF
/// data is a TIFF file too.
/// </summary>
internal ref struct TiffDirectory
{
    private const int MaxEntries = 4096;

    private readonly ReadOnlySpan<byte> _file;
    private readonly bool _little;
    private readonly bool _big;
    private ReadOnlySpan<byte> _rest;
    private int _left;

    /// <summary>Opens the first directory; it has no entries when the file ends before it.</summary>
    public TiffDirectory(ReadOnlySpan<byte> file)
    {
        _file = file;
        if (file.Length < 16)
        {
            IsCut = true;
            return;
        }

        _little = file[0] == 0x49;
        _big = Number(file.Slice(2, 2)) == 43;
        var start = _big ? Number(file.Slice(8, 8)) : Number(file.Slice(4, 4));
        var countSize = _big ? 8 : 2;
        if (start > (ulong)(file.Length - countSize))
        {
            IsCut = true;
            return;
        }

        _rest = file[(int)start..];
        _left = (int)Math.Min(Number(_rest[..countSize]), MaxEntries);
        _rest = _rest[countSize..];
    }

    /// <summary>
    /// Whether the file ends within the directory or before values that an entry refers to; known when
    /// <see cref="MoveNext"/> has returned false.
    /// </summary>
    public bool IsCut { get; private set; }

    public int Tag { get; private set; }

    /// <summary>How many values the current entry has; 0 when the file ends before them.</summary>
    public int Count { get; private set; }

    private ReadOnlySpan<byte> Values { get; set; }

    private int ValueSize { get; set; }

    public bool MoveNext()
    {
        var (size, countSize) = _big ? (20, 8) : (12, 4);
        if (_left-- <= 0)
            return false;
        if (_rest.Length < size)
        {
            IsCut = true;
            return false;
        }

        Tag = (int)Number(_rest[..2]);
        ValueSize = Number(_rest.Slice(2, 2)) switch { 1 => 1, 3 => 2, 4 => 4, 16 => 8, _ => 0 };
        var count = Number(_rest.Slice(4, countSize));
        var inline = _rest[(4 + countSize)..size];
        _rest = _rest[size..];

        // Values that do not fit are elsewhere in the file.
        var bytes = count > int.MaxValue / 8 ? ulong.MaxValue : count * (ulong)ValueSize;
        var offset = Number(inline);
        Values = bytes <= (ulong)inline.Length ? inline
            : offset <= (ulong)_file.Length && bytes <= (ulong)_file.Length - offset ? _file[(int)offset..]
            : default;
        IsCut |= Values.IsEmpty && bytes > 0;
        Count = Values.IsEmpty || ValueSize == 0 ? 0 : (int)count;
        return true;
    }

    /// <summary>A value of the current entry, which must be an unsigned integer of any width; 0 where there is none.</summary>
    /// <param name="index">0 to <see cref="Count"/> − 1.</param>
    public readonly ulong Value(int index)
        => index < Count ? Number(Values.Slice(index * ValueSize, ValueSize)) : 0;

    private readonly ulong Number(ReadOnlySpan<byte> bytes)
    {
        var value = 0UL;
        for (var i = 0; i < bytes.Length; i++)
            value = (value << 8) | bytes[_little ? bytes.Length - 1 - i : i];
        return value;
    }
}

/// <summary>What a TIFF file's first directory says before anything is decoded.</summary>
internal static class TiffFile
{
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
}

/// <summary>The TIFF 6.0 tags that matter before decoding.</summary>
internal static class TiffTag
{
    public const int ImageWidth = 256;
    public const int ImageLength = 257;
    public const int StripOffsets = 273;
    public const int Orientation = 274;
    public const int StripByteCounts = 279;
    public const int TileOffsets = 324;
    public const int TileByteCounts = 325;
}
