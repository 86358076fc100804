using System.Text;

namespace Pomona.Job.Parquet;

/// <summary>
/// Reads Thrift's compact protocol. Whatever the bytes are, it ends: with the message or with an
/// <see cref="InvalidDataException"/>.
/// </summary>
internal ref struct ThriftReader(ReadOnlySpan<byte> message)
{
    private const int DeepestNesting = 32;
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private readonly ReadOnlySpan<byte> _message = message;
    private int _depth;

    /// <summary>Bytes read so far.</summary>
    public int Position { get; private set; }

    /// <summary>Steps to a struct's next field; false at its end.</summary>
    /// <param name="id">The last field's id, 0 before the first; becomes this field's.</param>
    /// <param name="type">The field's type.</param>
    public bool NextField(ref short id, out ThriftType type)
    {
        var header = Byte();
        type = (ThriftType)(header & 0x0F);
        if (type == ThriftType.Stop)
            return false;
        var delta = header >> 4;
        id = delta == 0 ? FieldId(ZigZag()) : (short)(id + delta);
        return true;
    }

    /// <summary>A number of the type that the field's header named.</summary>
    public long Integer(ThriftType type) => type is ThriftType.Int16 or ThriftType.Int32 or ThriftType.Int64
        ? ZigZag()
        : throw Damaged($"a number is expected where a {type} is");

    public int Int32(ThriftType type)
    {
        var value = Integer(type);
        return value is >= int.MinValue and <= int.MaxValue ? (int)value : throw Damaged("a number is too large");
    }

    public ReadOnlySpan<byte> Binary(ThriftType type)
    {
        Expect(type, ThriftType.Binary);
        return Take(VarInt());
    }

    public string String(ThriftType type)
    {
        try
        {
            return StrictUtf8.GetString(Binary(type));
        }
        catch (DecoderFallbackException)
        {
            throw Damaged("a text is not UTF-8");
        }
    }

    /// <summary>A list's header: how many elements follow.</summary>
    public int List(ThriftType type, ThriftType element)
    {
        Expect(type, ThriftType.List);
        var (count, actual) = ListHeader();
        if (count > 0)
            Expect(actual, element);
        return count;
    }

    public static void Expect(ThriftType type, ThriftType expected)
    {
        if (type != expected)
            throw Damaged($"a {expected} is expected where a {type} is");
    }

    /// <summary>Passes over a field that this program does not need.</summary>
    public void Skip(ThriftType type)
    {
        switch (type)
        {
            case ThriftType.True or ThriftType.False:
                break;
            case ThriftType.Int8:
                Take(1);
                break;
            case ThriftType.Int16 or ThriftType.Int32 or ThriftType.Int64:
                VarInt();
                break;
            case ThriftType.Double:
                Take(sizeof(double));
                break;
            case ThriftType.Binary:
                Take(VarInt());
                break;
            case ThriftType.List or ThriftType.Set:
                SkipList();
                break;
            case ThriftType.Struct:
                SkipStruct();
                break;
            default:
                throw Damaged($"a value has the type {(byte)type}");
        }
    }

    public static InvalidDataException Damaged(string what) => new($"the part is damaged: in its metadata, {what}.");

    private static short FieldId(long id) => id is > 0 and <= short.MaxValue ? (short)id : throw Damaged("a field has no valid id");

    private (int Count, ThriftType Element) ListHeader()
    {
        var header = Byte();
        var count = (ulong)(header >> 4);
        if (count == 15)
            count = VarInt();
        // Every element takes a byte or more, so a longer list cannot be true, and is not worth trying.
        if (count > (ulong)(_message.Length - Position))
            throw Damaged("a list is longer than the rest");
        return ((int)count, (ThriftType)(header & 0x0F));
    }

    private void SkipList()
    {
        Enter();
        var (count, element) = ListHeader();
        for (var i = 0; i < count; i++)
        {
            if (element is ThriftType.True or ThriftType.False)
                Take(1);
            else
                Skip(element);
        }

        _depth--;
    }

    private void SkipStruct()
    {
        Enter();
        short id = 0;
        while (NextField(ref id, out var type))
            Skip(type);
        _depth--;
    }

    private void Enter()
    {
        if (++_depth > DeepestNesting)
            throw Damaged("values are nested too deeply");
    }

    private long ZigZag()
    {
        var value = VarInt();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    private ulong VarInt()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var part = Byte();
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
                return value;
        }

        throw Damaged("a number does not end");
    }

    private byte Byte() => Take(1)[0];

    private ReadOnlySpan<byte> Take(ulong count)
    {
        if (count > (ulong)(_message.Length - Position))
            throw Damaged("a value goes beyond the end");
        var taken = _message.Slice(Position, (int)count);
        Position += (int)count;
        return taken;
    }
}
