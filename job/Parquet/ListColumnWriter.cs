using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Pomona.Job.Parquet;

/// <summary>Gathers a row group's lists of float32, compressing each page as soon as it is full.</summary>
internal sealed class ListColumnWriter
{
    private readonly int _width;
    private readonly int _rowsPerPage;
    private readonly float[] _page;
    private readonly ArrayBufferWriter<byte> _pages = new();
    private readonly PageCompressor _compressor;
    private byte[]? _fullPageLevels;
    private int _pageRows;
    private int _rows;
    private long _uncompressed;
    private float _min = float.PositiveInfinity;
    private float _max = float.NegativeInfinity;
    private long _notANumbers;

    public ListColumnWriter(int width, PageCompressor compressor)
    {
        _width = width;
        _compressor = compressor;
        _rowsPerPage = PartLayout.RowsPerPage(width);
        _page = new float[_rowsPerPage * width];
    }

    public void Add(ReadOnlySpan<float> values)
    {
        values.CopyTo(_page.AsSpan(_pageRows * _width));
        _rows++;
        if (++_pageRows == _rowsPerPage)
            FlushPage();
    }

    /// <summary>Writes the column chunk of what was added, and begins the next.</summary>
    public ColumnChunk Flush(long offset, Stream output)
    {
        FlushPage();
        output.Write(_pages.WrittenSpan);
        var entries = _rows * (long)Math.Max(_width, 1);
        var chunk = new ColumnChunk(offset, _pages.WrittenCount, _uncompressed, entries, Statistics());
        _pages.ResetWrittenCount();
        (_rows, _uncompressed, _notANumbers) = (0, 0, 0);
        (_min, _max) = (float.PositiveInfinity, float.NegativeInfinity);
        return chunk;
    }

    private void FlushPage()
    {
        if (_pageRows == 0)
            return;
        var levels = _pageRows == _rowsPerPage
            ? _fullPageLevels ??= ListLevels.Encode(_pageRows, _width)
            : ListLevels.Encode(_pageRows, _width);
        var values = _page.AsSpan(0, _pageRows * _width);
        TakeBounds(values);
        if (!BitConverter.IsLittleEndian)
        {
            var bits = MemoryMarshal.Cast<float, int>(values);
            BinaryPrimitives.ReverseEndianness(bits, bits);
        }

        _uncompressed += _compressor.AppendPage(
            levels, MemoryMarshal.AsBytes(values), _pageRows * Math.Max(_width, 1), _pages);
        _pageRows = 0;
    }

    private void TakeBounds(ReadOnlySpan<float> values)
    {
        foreach (var value in values)
        {
            // Comparisons with NaN are false, so it touches neither bound.
            _min = value < _min ? value : _min;
            _max = value > _max ? value : _max;
            _notANumbers += float.IsNaN(value) ? 1 : 0;
        }
    }

    private ColumnStatistics Statistics()
    {
        if (!(_min <= _max))
            return new ColumnStatistics(null, null, _width == 0 ? _rows : 0, _notANumbers);
        // parquet.thrift, TYPE_ORDER of floats: a zero bound is written as −0 below and +0 above, since the two are equal.
        return new ColumnStatistics(Bytes(_min == 0 ? -0f : _min), Bytes(_max == 0 ? 0f : _max), 0, _notANumbers);
    }

    private static byte[] Bytes(float value)
    {
        var bytes = new byte[sizeof(float)];
        BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
        return bytes;
    }
}
