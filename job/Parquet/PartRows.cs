using System.Text;
using ParquetSharp;

namespace Pomona.Job.Parquet;

/// <summary>Rows on their way into a Parquet file, a row group at a time: an image, its class, a probability where it has one, and a list of float32.</summary>
/// <param name="file">The file; left open.</param>
/// <param name="width">Numbers per row, 0 to <see cref="PartLayout.WidestRow"/>.</param>
/// <param name="hasProbability">Whether there is a column of probabilities.</param>
internal sealed class PartRows(ParquetFileWriter file, int width, bool hasProbability) : IDisposable
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    // Parquet's levels of one row: every entry is there (1) unless the list is empty (0), and all but the first go on with
    // the row's list.
    private readonly short[] _definitions = Levels(width, first: 0);
    private readonly short[] _repetitions = Levels(width, first: 1);
    private readonly int _rowsPerGroup = PartLayout.RowsPerGroup(width);
    private RowGroupWriter? _group;
    private ColumnWriter<ByteArray> _images = null!;
    private ColumnWriter<ByteArray> _labels = null!;
    private ColumnWriter<float>? _probabilities;
    private ColumnWriter<float> _values = null!;
    private int _rows;

    /// <summary>Adds a row.</summary>
    /// <exception cref="ArgumentException">
    /// The values are not as many as the width, or a text cannot be written as UTF-8. Nothing was added then.
    /// </exception>
    public void Add(string image, string label, ReadOnlySpan<float> values, float probability = 0)
    {
        if (values.Length != width)
            throw new ArgumentException($"the row has {values.Length} values, and the part's rows have {width}.", nameof(values));

        var (imageBytes, labelBytes) = (StrictUtf8.GetBytes(image), StrictUtf8.GetBytes(label));
        if (_group is null)
            BeginGroup();
        Write(_images, imageBytes);
        Write(_labels, labelBytes);
        _probabilities?.WriteBatch([probability]);
        _values.WriteBatch(_definitions.Length, _definitions, _repetitions, values);
        if (++_rows == _rowsPerGroup)
            EndGroup();
    }

    /// <summary>Ends the row group that is open; the next row begins another.</summary>
    public void EndGroup()
    {
        _group?.Close();
        Dispose();
    }

    /// <summary>Forgets the row group that is open.</summary>
    public void Dispose()
    {
        _group?.Dispose();
        (_group, _rows) = (null, 0);
    }

    private static short[] Levels(int width, int first)
    {
        var levels = new short[PartLayout.EntriesPerRow(width)];
        levels.AsSpan(first..Math.Max(first, width)).Fill(1);
        return levels;
    }

    private static unsafe void Write(ColumnWriter<ByteArray> column, byte[] text)
    {
        fixed (byte* bytes = text)
            column.WriteBatch([new ByteArray((nint)bytes, text.Length)]);
    }

    private void BeginGroup()
    {
        // Buffered: all columns take rows at once, and keep their pages compressed until the row group ends.
        _group = file.AppendBufferedRowGroup();
        _images = (ColumnWriter<ByteArray>)_group.Column(0);
        _labels = (ColumnWriter<ByteArray>)_group.Column(1);
        _probabilities = hasProbability ? (ColumnWriter<float>)_group.Column(2) : null;
        _values = (ColumnWriter<float>)_group.Column(hasProbability ? 3 : 2);
    }
}
