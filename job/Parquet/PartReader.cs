using System.Buffers;
using System.Text;
using ParquetSharp;
using ParquetSharp.IO;

namespace Pomona.Job.Parquet;

/// <summary>
/// Reads what <see cref="PartWriter"/> writes, a row group at a time. It is no general Parquet reader: a file with other
/// columns is refused. Everything in the file is checked, the pages' checksums included, before it is believed.
/// </summary>
internal sealed class PartReader : IDisposable
{
    private const int TailBytes = 8;
    private const int EntriesAtOnce = 16 * 1024;
    private const int TextsAtOnce = 1024;
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private MemoryHandle _pinned;
    private readonly ParquetSharp.IO.Buffer _bytes;
    private readonly BufferReader _source;
    private readonly ParquetFileReader _file;
    private readonly int _groups;
    private float[] _values = [];
    private int _nextGroup;

    /// <summary>Opens a part.</summary>
    /// <param name="part">A whole part; to stay as it is until this reader is disposed of.</param>
    /// <exception cref="InvalidDataException">The memory holds something else, or the part is cut short or damaged.</exception>
    public unsafe PartReader(ReadOnlyMemory<byte> part)
    {
        RequireEnds(part.Span);
        _pinned = part.Pin();
        _bytes = new ParquetSharp.IO.Buffer((nint)_pinned.Pointer, part.Length);
        _source = new BufferReader(_bytes);
        try
        {
            using var checking = PartLayout.Checking();
            _file = new ParquetFileReader(_source, checking);
            _groups = _file.FileMetaData.NumRowGroups;
            RequireColumns();
            Width = FindWidth();
        }
        catch (Exception failure)
        {
            Dispose();
            throw failure is ParquetException ? Damaged(failure) : failure;
        }
    }

    /// <summary>Numbers per row; 0 also when there are no rows.</summary>
    public int Width { get; }

    /// <summary>Reads the next row group; false when there is none left.</summary>
    /// <param name="images">A text per row.</param>
    /// <param name="labels">A text per row.</param>
    /// <param name="values">
    /// The rows' numbers, row after row: the first <paramref name="rows"/> · <see cref="Width"/> elements. The array is
    /// used again by the next call, and by others once this reader is disposed of.
    /// </param>
    /// <param name="rows">How many rows.</param>
    /// <exception cref="InvalidDataException">The row group is damaged.</exception>
    public bool ReadRowGroup(out string[] images, out string[] labels, out float[] values, out int rows)
    {
        if (_nextGroup == _groups)
        {
            (images, labels, values, rows) = ([], [], [], 0);
            return false;
        }

        var number = _nextGroup++;
        try
        {
            using var group = _file.RowGroup(number);
            rows = (int)group.MetaData.NumRows;
            images = ReadTexts(group, 0, rows);
            labels = ReadTexts(group, 1, rows);
            Grow(rows * Width);
            ReadLists(group, rows);
            values = _values;
            return true;
        }
        catch (Exception failure) when (failure is ParquetException or InvalidDataException)
        {
            throw new InvalidDataException($"row group {number} cannot be read: {failure.Message}", failure);
        }
    }

    public void Dispose()
    {
        _nextGroup = _groups;
        _file?.Dispose();
        _source.Dispose();
        _bytes.Dispose();
        _pinned.Dispose();
        Return();
    }

    private static InvalidDataException Damaged(Exception cause) => new($"the part is damaged: {cause.Message}", cause);

    private static void RequireEnds(ReadOnlySpan<byte> part)
    {
        var magic = "PAR1"u8;
        if (part.Length < magic.Length + TailBytes)
            throw new InvalidDataException($"a part has at least 12 bytes, and this has {part.Length}: it is cut short.");
        if (!part.StartsWith(magic))
            throw new InvalidDataException("this is not a Parquet file: it does not begin with PAR1.");
        if (!part.EndsWith(magic))
            throw new InvalidDataException("the part is cut short: it does not end with PAR1.");
    }

    private void RequireColumns()
    {
        var schema = _file.FileMetaData.Schema;
        string[] paths = [.. Enumerable.Range(0, schema.NumColumns).Select(i => schema.Column(i)).Select(Describe)];
        if (paths is not ["image: ByteArray 0 0", "label: ByteArray 0 0", var values] || !values.EndsWith(".list.element: Float 1 1", StringComparison.Ordinal))
            throw new InvalidDataException("this Parquet file is not a part of a run: its columns are not image, label and a list of float.");

        static string Describe(ColumnDescriptor column)
        {
            using var path = column.Path;
            return $"{path.ToDotString()}: {column.PhysicalType} {column.MaxDefinitionLevel} {column.MaxRepetitionLevel}";
        }
    }

    private int FindWidth()
    {
        int? width = null;
        for (var number = 0; number < _groups; number++)
        {
            using var group = _file.RowGroup(number);
            var rows = group.MetaData.NumRows;
            var (images, labels, entries) = (Entries(0), Entries(1), Entries(2));
            if (rows < 1 || images != rows || labels != rows || entries < rows || entries % rows != 0)
                throw new InvalidDataException($"the part is damaged: a row group of {rows} rows has {images} images, {labels} labels and {entries} values.");

            // One entry per row is a list of one number or an empty list; only the first list itself tells.
            var thisWidth = entries == rows && IsOfEmptyLists(group) ? 0 : (int)Math.Min(entries / rows, int.MaxValue);
            width ??= thisWidth;
            if (thisWidth != width)
                throw new InvalidDataException($"the part is damaged: its lists are of {width} numbers and of {thisWidth}.");
            if (thisWidth > PartLayout.WidestRow || rows > PartLayout.RowsPerGroup(thisWidth))
                throw new InvalidDataException($"the part is damaged: it says that a row group has {rows} rows of {thisWidth} numbers.");

            long Entries(int column)
            {
                using var chunk = group.MetaData.GetColumnChunkMetaData(column);
                return chunk.NumValues;
            }
        }

        return width ?? 0;
    }

    private static bool IsOfEmptyLists(RowGroupReader group)
    {
        using var column = (ColumnReader<float>)group.Column(2);
        Span<short> levels = stackalloc short[2];
        Span<float> value = stackalloc float[1];
        return column.ReadBatch(1, levels[..1], levels[1..], value, out var read) == 1 && read == 0;
    }

    private static unsafe string[] ReadTexts(RowGroupReader group, int number, int rows)
    {
        using var column = (ColumnReader<ByteArray>)group.Column(number);
        var utf8 = new ByteArray[Math.Min(rows, TextsAtOnce)];
        var texts = new string[rows];
        string? before = null;
        for (var row = 0; row < rows;)
        {
            var read = (int)column.ReadBatch(Math.Min(utf8.Length, rows - row), utf8, out _);
            if (read == 0)
                throw new InvalidDataException("its texts are fewer than its rows.");
            foreach (var bytes in utf8.AsSpan(0, read))
            {
                var text = Decode(new ReadOnlySpan<byte>((void*)bytes.Pointer, bytes.Length));
                // Labels come in long runs of one text.
                before = text == before ? before : text;
                texts[row++] = before!;
            }
        }

        return !column.HasNext ? texts : throw new InvalidDataException("its texts are more than its rows.");
    }

    private static string Decode(ReadOnlySpan<byte> utf8)
    {
        try
        {
            return StrictUtf8.GetString(utf8);
        }
        catch (DecoderFallbackException e)
        {
            throw new InvalidDataException("a text is not UTF-8.", e);
        }
    }

    private void ReadLists(RowGroupReader group, int rows)
    {
        using var column = (ColumnReader<float>)group.Column(2);
        var perRow = PartLayout.EntriesPerRow(Width);
        var definitions = ArrayPool<short>.Shared.Rent(EntriesAtOnce);
        var repetitions = ArrayPool<short>.Shared.Rent(EntriesAtOnce);
        var noValue = new float[Width == 0 ? EntriesAtOnce : 0];
        try
        {
            for (long entry = 0, entries = (long)rows * perRow; entry < entries;)
            {
                var most = (int)Math.Min(EntriesAtOnce, entries - entry);
                var values = Width == 0 ? noValue : _values.AsSpan((int)entry, most);
                var read = (int)column.ReadBatch(most, definitions, repetitions, values, out var found);
                if (read == 0 || found != (Width == 0 ? 0 : read))
                    throw new InvalidDataException("its lists are shorter than its rows need.");
                RequireEqualLists(definitions.AsSpan(0, read), repetitions.AsSpan(0, read), (int)(entry % perRow), perRow);
                entry += read;
            }
        }
        finally
        {
            ArrayPool<short>.Shared.Return(definitions);
            ArrayPool<short>.Shared.Return(repetitions);
        }

        if (column.HasNext)
            throw new InvalidDataException("its lists are longer than its rows.");
    }

    // A row's list begins where the repetition level is 0 and goes on where it is 1; the definition level tells an empty one.
    private void RequireEqualLists(ReadOnlySpan<short> definitions, ReadOnlySpan<short> repetitions, int place, int perRow)
    {
        var areEqual = !definitions.ContainsAnyExcept((short)(Width == 0 ? 0 : 1));
        while (areEqual && !repetitions.IsEmpty)
        {
            if (place == 0)
            {
                areEqual = repetitions[0] == 0;
                repetitions = repetitions[1..];
                place = 1;
            }

            var ofRow = repetitions[..Math.Min(repetitions.Length, perRow - place)];
            areEqual &= !ofRow.ContainsAnyExcept((short)1);
            repetitions = repetitions[ofRow.Length..];
            place = (place + ofRow.Length) % perRow;
        }

        if (!areEqual)
            throw new InvalidDataException("its lists are not of equal length.");
    }

    // A run opens a reader per part: pooled, the megabytes of one serve the next.
    private void Grow(int length)
    {
        if (_values.Length >= length)
            return;

        Return();
        _values = ArrayPool<float>.Shared.Rent(length);
    }

    private void Return()
    {
        if (_values.Length > 0)
            ArrayPool<float>.Shared.Return(_values);
        _values = [];
    }
}
