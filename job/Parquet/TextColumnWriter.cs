using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Pomona.Job.Parquet;

/// <summary>Gathers a row group's texts: PLAIN, each as its length (int32) and its UTF-8, with their smallest and largest.</summary>
internal sealed class TextColumnWriter
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private readonly ArrayBufferWriter<byte> _values = new();
    private byte[]? _min;
    private byte[]? _max;
    private int _count;

    /// <exception cref="ArgumentException">The text has half a surrogate pair and so no UTF-8.</exception>
    public static byte[] Encode(string text) => StrictUtf8.GetBytes(text);

    /// <summary>Adds a text in UTF-8.</summary>
    public void Add(byte[] text)
    {
        BinaryPrimitives.WriteInt32LittleEndian(_values.GetSpan(sizeof(int)), text.Length);
        _values.Advance(sizeof(int));
        _values.Write(text);
        // The order of a STRING column is that of its bytes, unsigned.
        if (_min is null || text.AsSpan().SequenceCompareTo(_min) < 0)
            _min = text;
        if (_max is null || text.AsSpan().SequenceCompareTo(_max) > 0)
            _max = text;
        _count++;
    }

    /// <summary>Writes the column chunk of what was added, and begins the next.</summary>
    public ColumnChunk Flush(long offset, PageCompressor compressor, Stream output)
    {
        var pages = new ArrayBufferWriter<byte>();
        var uncompressed = compressor.AppendPage([], _values.WrittenSpan, _count, pages);
        output.Write(pages.WrittenSpan);
        var chunk = new ColumnChunk(
            offset, pages.WrittenCount, uncompressed, _count, new ColumnStatistics(_min, _max, Nulls: 0, NotANumbers: null));
        _values.ResetWrittenCount();
        (_min, _max, _count) = (null, null, 0);
        return chunk;
    }
}
