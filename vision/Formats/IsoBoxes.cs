using System.Buffers.Binary;

namespace Pomona.Vision.Formats;

/// <summary>
/// The boxes of a file, or of a box, one after the other (ISO/IEC 14496-12, 4.2): a length of 32 or 64 bits, four letters,
/// content. HEIF, JPEG 2000 and JPEG XL files consist of them.
/// </summary>
internal ref struct IsoBoxes(ReadOnlySpan<byte> boxes)
{
    private ReadOnlySpan<byte> _rest = boxes;

    /// <summary>The current box's four letters.</summary>
    public ReadOnlySpan<byte> Type { get; private set; }

    /// <summary>The current box without its header; what there is of it.</summary>
    public ReadOnlySpan<byte> Content { get; private set; }

    /// <summary>Whether the current box goes on beyond the end.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Whether the current box has no length and goes on to the end.</summary>
    public bool IsLast { get; private set; }

    /// <summary>The first box of a type; empty when there is none.</summary>
    public static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> boxes, ReadOnlySpan<byte> type)
    {
        var each = new IsoBoxes(boxes);
        while (each.MoveNext())
        {
            if (each.Type.SequenceEqual(type))
                return each.Content;
        }

        return default;
    }

    /// <summary>Goes to the next box; false at the end, and where what follows is none.</summary>
    public bool MoveNext()
    {
        if (_rest.Length < 8)
            return false;
        var length = (ulong)BinaryPrimitives.ReadUInt32BigEndian(_rest);
        var header = 8;
        Type = _rest[4..8];
        IsLast = length == 0;
        if (length == 1 && _rest.Length >= 16)
        {
            length = BinaryPrimitives.ReadUInt64BigEndian(_rest[8..]);
            header = 16;
        }
        else if (IsLast)
        {
            length = (ulong)_rest.Length;
        }

        if (length < (ulong)header)
            return false;
        IsCut = length > (ulong)_rest.Length;
        var end = (int)Math.Min(length, (ulong)_rest.Length);
        Content = _rest[header..end];
        _rest = _rest[end..];
        return true;
    }
}
