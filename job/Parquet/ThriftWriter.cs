using System.Buffers;
using System.Text;

namespace Pomona.Job.Parquet;

/// <summary>
/// Writes Thrift's compact protocol (thrift/doc/specs/thrift-compact-protocol.md), as far as Parquet's metadata needs it:
/// fields in ascending order of their ids.
/// </summary>
internal sealed class ThriftWriter(IBufferWriter<byte> output)
{
    private readonly Stack<short> _outerFields = new();
    private short _lastField;

    public void Field(short id, bool value) => FieldHeader(id, value ? ThriftType.True : ThriftType.False);

    public void Field(short id, int value)
    {
        FieldHeader(id, ThriftType.Int32);
        ZigZag(value);
    }

    public void Field(short id, long value)
    {
        FieldHeader(id, ThriftType.Int64);
        ZigZag(value);
    }

    public void Field(short id, string value) => Field(id, Encoding.UTF8.GetBytes(value));

    public void Field(short id, ReadOnlySpan<byte> value)
    {
        FieldHeader(id, ThriftType.Binary);
        Element(value);
    }

    /// <summary>A struct as a field; <paramref name="fields"/> writes what is in it.</summary>
    public void Field(short id, Action fields)
    {
        FieldHeader(id, ThriftType.Struct);
        Struct(fields);
    }

    /// <summary>A list as a field, whose elements the caller writes next.</summary>
    public void ListField(short id, ThriftType element, int count)
    {
        FieldHeader(id, ThriftType.List);
        if (count < 15)
        {
            Byte((byte)((count << 4) | (byte)element));
            return;
        }

        Byte((byte)(0xF0 | (byte)element));
        VarInt((ulong)count);
    }

    /// <summary>A struct: a list's element, or the whole message.</summary>
    public void Struct(Action fields)
    {
        _outerFields.Push(_lastField);
        _lastField = 0;
        fields();
        Byte((byte)ThriftType.Stop);
        _lastField = _outerFields.Pop();
    }

    public void Element(int value) => ZigZag(value);

    public void Element(string value) => Element(Encoding.UTF8.GetBytes(value));

    public void Element(ReadOnlySpan<byte> value)
    {
        VarInt((ulong)value.Length);
        output.Write(value);
    }

    private void FieldHeader(short id, ThriftType type)
    {
        var delta = id - _lastField;
        if (delta is > 0 and <= 15)
        {
            Byte((byte)((delta << 4) | (byte)type));
        }
        else
        {
            Byte((byte)type);
            ZigZag(id);
        }

        _lastField = id;
    }

    private void ZigZag(long value) => VarInt((ulong)((value << 1) ^ (value >> 63)));

    private void VarInt(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            Byte((byte)(value | 0x80));
        Byte((byte)value);
    }

    private void Byte(byte value)
    {
        output.GetSpan(1)[0] = value;
        output.Advance(1);
    }
}
