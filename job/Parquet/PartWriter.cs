using System.Text;
using ParquetSharp;
using ParquetSharp.IO;

namespace Pomona.Job.Parquet;

/// <summary>
/// Writes a part: a Parquet file with an image, its label and a list of float32 per row (<see cref="PartLayout"/>), for Spark,
/// DuckDB, pandas and <see cref="PartReader"/>. Equal rows give equal bytes.
/// </summary>
/// <remarks>
/// The part is gathered in native memory, compressed, and reaches the output with <see cref="Complete"/>, so that no reader
/// takes half a part for a whole one.
/// </remarks>
internal sealed class PartWriter : IDisposable
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly Stream _output;
    private readonly int _width;
    private readonly int _rowsPerGroup;
    private readonly short[] _definitions;
    private readonly short[] _repetitions;
    private readonly BufferOutputStream _part;
    private readonly ParquetFileWriter _file;
    private RowGroupWriter? _group;
    private ColumnWriter<ByteArray> _images = null!;
    private ColumnWriter<ByteArray> _labels = null!;
    private ColumnWriter<float> _values = null!;
    private int _groupRows;
    private bool _ended;

    /// <summary>Begins a part.</summary>
    /// <param name="output">Where to. Left open.</param>
    /// <param name="valuesColumn"><c>features</c> or <c>components</c>.</param>
    /// <param name="width">Numbers per row, 0 to <see cref="PartLayout.WidestRow"/>.</param>
    public PartWriter(Stream output, string valuesColumn, int width)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentException.ThrowIfNullOrEmpty(valuesColumn);
        ArgumentOutOfRangeException.ThrowIfNegative(width);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, PartLayout.WidestRow);
        _output = output;
        _width = width;
        _rowsPerGroup = PartLayout.RowsPerGroup(width);

        // Parquet's levels of one row: every entry is there (1) unless the list is empty (0), and all but the first go on with
        // the row's list.
        _definitions = new short[PartLayout.EntriesPerRow(width)];
        _repetitions = new short[PartLayout.EntriesPerRow(width)];
        _definitions.AsSpan(0, width).Fill(1);
        _repetitions.AsSpan(1).Fill(1);

        var memory = PartLayout.Memory();
        using var schema = PartLayout.Schema(valuesColumn);
        using var encoding = PartLayout.Encoding(width, memory);
        _part = new BufferOutputStream(memory);
        _file = new ParquetFileWriter(_part, schema, encoding);
    }

    /// <summary>Adds a row.</summary>
    /// <exception cref="ArgumentException">
    /// The values are not as many as the part's width, or a text cannot be written as UTF-8. Nothing was added then.
    /// </exception>
    public void Add(string image, string label, ReadOnlySpan<float> values)
    {
        if (_ended)
            throw new InvalidOperationException("the part is complete: no row can be added to it.");
        if (values.Length != _width)
            throw new ArgumentException($"the row has {values.Length} values, and the part's rows have {_width}.", nameof(values));

        var (imageBytes, labelBytes) = (StrictUtf8.GetBytes(image), StrictUtf8.GetBytes(label));
        if (_group is null)
            BeginRowGroup();
        Write(_images, imageBytes);
        Write(_labels, labelBytes);
        _values.WriteBatch(_definitions.Length, _definitions, _repetitions, values);
        if (++_groupRows == _rowsPerGroup)
            EndRowGroup();
    }

    /// <summary>Writes what is left and the footer. The stream is flushed and stays open.</summary>
    public unsafe void Complete()
    {
        if (_ended)
            throw new InvalidOperationException("the part is complete already.");
        EndRowGroup();
        _ended = true;
        _file.Close();
        using var whole = _part.Finish();
        _output.Write(new ReadOnlySpan<byte>((void*)whole.Data, checked((int)whole.Size)));
        _output.Flush();
    }

    /// <summary>Ends the writer; of a part that was not completed nothing has been written.</summary>
    public void Dispose()
    {
        _ended = true;
        _file.Dispose();
        _part.Dispose();
    }

    private static unsafe void Write(ColumnWriter<ByteArray> column, byte[] text)
    {
        fixed (byte* bytes = text)
            column.WriteBatch([new ByteArray((nint)bytes, text.Length)]);
    }

    private void BeginRowGroup()
    {
        // Buffered: all columns take rows at once, and keep their pages compressed until the row group ends.
        _group = _file.AppendBufferedRowGroup();
        _images = (ColumnWriter<ByteArray>)_group.Column(0);
        _labels = (ColumnWriter<ByteArray>)_group.Column(1);
        _values = (ColumnWriter<float>)_group.Column(2);
    }

    private void EndRowGroup()
    {
        _group?.Close();
        _group?.Dispose();
        _group = null;
        _groupRows = 0;
    }
}
