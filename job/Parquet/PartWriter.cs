using System.Buffers;
using System.Buffers.Binary;

namespace Pomona.Job.Parquet;

/// <summary>
/// Writes a part: a Parquet file with an image, its label and a list of float32 per row (<see cref="PartFooter"/> has the
/// schema), for Spark, DuckDB, pandas and <see cref="PartReader"/>. Plain encoding, gzip, row groups of at most 5 MB,
/// bounds of every column. Equal rows give equal bytes.
/// </summary>
/// <remarks>
/// Memory stays at a row group's size whatever the number of rows. Until <see cref="Complete"/> the output has no footer,
/// so that no reader takes half a part for a whole one.
/// </remarks>
internal sealed class PartWriter : IDisposable
{
    private readonly Stream _output;
    private readonly string _valuesColumn;
    private readonly int _width;
    private readonly int _rowsPerGroup;
    private readonly (string Key, string Value)[] _metadata;
    private readonly PageCompressor _compressor = new();
    private readonly TextColumnWriter _images = new();
    private readonly TextColumnWriter _labels = new();
    private readonly ListColumnWriter _values;
    private readonly List<RowGroup> _groups = [];
    private long _offset;
    private long _rows;
    private int _groupRows;
    private bool _completed;

    /// <summary>Begins a part.</summary>
    /// <param name="output">Where to; written from its present position on as the beginning of a file. Left open.</param>
    /// <param name="valuesColumn"><c>features</c> or <c>components</c>.</param>
    /// <param name="width">Numbers per row, 0 to <see cref="PartLayout.WidestRow"/>.</param>
    /// <param name="metadata">The file's own keys and values, which readers see as its key-value metadata.</param>
    public PartWriter(Stream output, string valuesColumn, int width, params (string Key, string Value)[] metadata)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentException.ThrowIfNullOrEmpty(valuesColumn);
        ArgumentOutOfRangeException.ThrowIfNegative(width);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, PartLayout.WidestRow);
        _output = output;
        _valuesColumn = valuesColumn;
        _width = width;
        _rowsPerGroup = PartLayout.RowsPerGroup(width);
        _metadata = metadata;
        _values = new ListColumnWriter(width, _compressor);
        Emit(ParquetFormat.Magic);
    }

    /// <summary>Adds a row.</summary>
    /// <exception cref="ArgumentException">
    /// The values are not as many as the part's width, or a text cannot be written as UTF-8. Nothing was added then.
    /// </exception>
    public void Add(string image, string label, ReadOnlySpan<float> values)
    {
        if (_completed)
            throw new InvalidOperationException("the part is complete: no row can be added to it.");
        if (values.Length != _width)
            throw new ArgumentException($"the row has {values.Length} values, and the part's rows have {_width}.", nameof(values));

        var (imageBytes, labelBytes) = (TextColumnWriter.Encode(image), TextColumnWriter.Encode(label));
        _images.Add(imageBytes);
        _labels.Add(labelBytes);
        _values.Add(values);
        if (++_groupRows == _rowsPerGroup)
            FlushRowGroup();
    }

    /// <summary>Writes what is left and the footer. The stream is flushed and stays open.</summary>
    public void Complete()
    {
        if (_completed)
            throw new InvalidOperationException("the part is complete already.");
        FlushRowGroup();
        _completed = true;

        var footer = new ArrayBufferWriter<byte>();
        new PartFooter(
            _valuesColumn, _rows, _groups,
            [.. _metadata.Select(pair => KeyValuePair.Create(pair.Key, pair.Value))]).Write(footer);
        Emit(footer.WrittenSpan);
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, footer.WrittenCount);
        Emit(length);
        Emit(ParquetFormat.Magic);
        _output.Flush();
    }

    /// <summary>Ends the writer; a part that was not completed stays without a footer.</summary>
    public void Dispose()
    {
        _completed = true;
        _compressor.Dispose();
    }

    private void FlushRowGroup()
    {
        if (_groupRows == 0)
            return;
        var image = Advance(_images.Flush(_offset, _compressor, _output));
        var label = Advance(_labels.Flush(_offset, _compressor, _output));
        var values = Advance(_values.Flush(_offset, _output));
        _groups.Add(new RowGroup(_groupRows, image, label, values));
        _rows += _groupRows;
        _groupRows = 0;

        ColumnChunk Advance(ColumnChunk chunk)
        {
            _offset += chunk.CompressedBytes;
            return chunk;
        }
    }

    private void Emit(ReadOnlySpan<byte> bytes)
    {
        _output.Write(bytes);
        _offset += bytes.Length;
    }
}
