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

    /// <summary>Where in the file the current entry's field for values is, or for where they are.</summary>
    public int ValueAt { get; private set; }

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
        ValueSize = Number(_rest.Slice(2, 2)) switch { 1 => 1, 3 => 2, 4 => 4, 5 or 16 => 8, _ => 0 };
        var count = Number(_rest.Slice(4, countSize));
        var inline = _rest[(4 + countSize)..size];
        ValueAt = _file.Length - _rest.Length + 4 + countSize;
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

    /// <summary>A value of the current entry, which must be a fraction: numerator and denominator of 32 bits each.</summary>
    /// <param name="index">0 to <see cref="Count"/> − 1.</param>
    public readonly float Fraction(int index)
    {
        var fraction = Values.Slice(index * ValueSize, ValueSize);
        return (float)((double)Number(fraction[..4]) / Number(fraction[4..]));
    }

    private readonly ulong Number(ReadOnlySpan<byte> bytes)
    {
        var value = 0UL;
        for (var i = 0; i < bytes.Length; i++)
            value = (value << 8) | bytes[_little ? bytes.Length - 1 - i : i];
        return value;
    }
}
