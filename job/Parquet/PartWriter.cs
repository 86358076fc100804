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
    private readonly Stream _output;
    private readonly BufferOutputStream _part;
    private readonly ParquetFileWriter _file;
    private readonly PartRows _rows;
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
        var memory = PartLayout.Memory();
        using var schema = PartLayout.Schema("label", valuesColumn, hasProbability: false);
        using var encoding = PartLayout.Encoding(width, memory);
        _part = new BufferOutputStream(memory);
        _file = new ParquetFileWriter(_part, schema, encoding);
        _rows = new PartRows(_file, width, hasProbability: false);
    }

    /// <summary>Adds a row.</summary>
    /// <exception cref="ArgumentException">
    /// The values are not as many as the part's width, or a text cannot be written as UTF-8. Nothing was added then.
    /// </exception>
    public void Add(string image, string label, ReadOnlySpan<float> values)
    {
        if (_ended)
            throw new InvalidOperationException("the part is complete: no row can be added to it.");
        _rows.Add(image, label, values);
    }

    /// <summary>Writes what is left and the footer. The stream is flushed and stays open.</summary>
    public unsafe void Complete()
    {
        if (_ended)
            throw new InvalidOperationException("the part is complete already.");
        _rows.EndGroup();
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
        _rows.Dispose();
        _file.Dispose();
        _part.Dispose();
    }
}
