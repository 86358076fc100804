using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;

namespace Pomona.Job.Parquet;

/// <summary>
/// Reads what <see cref="PartWriter"/> writes, a row group at a time. It is no general Parquet reader: a file with another
/// schema, codec or encoding is refused. Everything in the file is checked, gzip's checksums included, before it is
/// believed.
/// </summary>
internal sealed class PartReader : IDisposable
{
    private const int TailBytes = 8;
    private const int LargestTextPage = 256 * 1024 * 1024;
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly Stream _input;
    private readonly PartFooter _footer;
    private readonly long _footerStart;
    private byte[] _compressed = [];
    private float[] _values = [];
    private int _nextGroup;

    /// <summary>Opens a part.</summary>
    /// <param name="input">A whole part, in a stream that can seek, from its beginning. Left open.</param>
    /// <exception cref="InvalidDataException">The stream holds something else, is cut short, or is damaged.</exception>
    public PartReader(Stream input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (!input.CanSeek)
            throw new ArgumentException("a part is read from its end: its stream must be able to seek.", nameof(input));
        _input = input;
        _footer = ReadFooter(out _footerStart);
        Width = FindWidth();
    }

    /// <summary>Rows of the part.</summary>
    public long Rows => _footer.Rows;

    /// <summary>Numbers per row; 0 also when there are no rows.</summary>
    public int Width { get; }

    /// <summary><c>features</c> or <c>components</c>.</summary>
    public string ValuesColumn => _footer.ValuesColumn;

    /// <summary>The file's own keys and values, as the writer was given them.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Metadata => _footer.Metadata;

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
        if (_nextGroup == _footer.RowGroups.Count)
        {
            (images, labels, values, rows) = ([], [], [], 0);
            return false;
        }

        var number = _nextGroup++;
        var group = _footer.RowGroups[number];
        rows = group.Rows;
        try
        {
            images = ReadTexts(group.Image, rows);
            labels = ReadTexts(group.Label, rows);
            var count = checked(rows * Width);
            Grow(ref _values, count);
            ReadLists(group.Values, rows, _values.AsSpan(0, count));
            values = _values;
            return true;
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"row group {number} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Ends the reader; the stream stays open.</summary>
    public void Dispose()
    {
        Return(ref _compressed);
        Return(ref _values);
        _nextGroup = _footer.RowGroups.Count;
    }

    // A run opens a reader per part: pooled, the megabytes of one serve the next.
    private static void Grow<T>(ref T[] buffer, int length)
    {
        if (buffer.Length >= length)
            return;

        Return(ref buffer);
        buffer = ArrayPool<T>.Shared.Rent(length);
    }

    private static void Return<T>(ref T[] buffer)
    {
        if (buffer.Length > 0)
            ArrayPool<T>.Shared.Return(buffer);
        buffer = [];
    }

    private PartFooter ReadFooter(out long footerStart)
    {
        var length = _input.Length;
        if (length < ParquetFormat.Magic.Length + TailBytes)
            throw new InvalidDataException($"a part has at least 12 bytes, and this has {length}: it is cut short.");

        Span<byte> tail = stackalloc byte[TailBytes];
        ReadAt(0, tail[..ParquetFormat.Magic.Length]);
        if (!tail.StartsWith(ParquetFormat.Magic))
            throw new InvalidDataException("this is not a Parquet file: it does not begin with PAR1.");
        ReadAt(length - TailBytes, tail);
        if (!tail.EndsWith(ParquetFormat.Magic))
            throw new InvalidDataException("the part is cut short: it does not end with PAR1.");

        var footerLength = BinaryPrimitives.ReadInt32LittleEndian(tail);
        footerStart = length - TailBytes - footerLength;
        if (footerLength <= 0 || footerStart < ParquetFormat.Magic.Length)
            throw new InvalidDataException($"the part is damaged: a footer of {footerLength} bytes does not fit into its {length}.");
        var footer = new byte[footerLength];
        ReadAt(footerStart, footer);
        return PartFooter.Read(footer);
    }

    private int FindWidth()
    {
        int? width = null;
        foreach (var group in _footer.RowGroups)
        {
            if (group.Rows == 0 || group.Values.Values % group.Rows != 0 || group.Image.Values != group.Rows || group.Label.Values != group.Rows)
                throw new InvalidDataException($"the part is damaged: a row group of {group.Rows} rows has {group.Image.Values} images, {group.Label.Values} labels and {group.Values.Values} values.");

            var entries = group.Values.Values / group.Rows;
            // One entry per row is a list of one number or an empty list; only the page's size tells.
            var thisWidth = entries == 1 && IsOfEmptyLists(group.Values) ? 0 : checked((int)Math.Min(entries, int.MaxValue));
            width ??= thisWidth;
            if (thisWidth != width)
                throw new InvalidDataException($"the part is damaged: its lists are of {width} numbers and of {thisWidth}.");
            if (thisWidth > PartLayout.WidestRow || group.Rows > PartLayout.RowsPerGroup(thisWidth))
                throw new InvalidDataException($"the part is damaged: it says that a row group has {group.Rows} rows of {thisWidth} numbers.");
        }

        return width ?? 0;
    }

    private bool IsOfEmptyLists(ColumnChunk chunk)
    {
        var page = ReadChunk(chunk);
        var header = PageHeader.Read(page, out _);
        return header.UncompressedBytes == ListLevels.Encode(header.Values, 0).Length;
    }

    private string[] ReadTexts(ColumnChunk chunk, int rows)
    {
        var pages = ReadChunk(chunk);
        var header = NextPage(ref pages, out var compressed);
        if (header.Values != rows || pages.Length > 0 || header.UncompressedBytes > LargestTextPage)
            throw new InvalidDataException("its texts are not as many as its rows.");

        var bytes = GC.AllocateUninitializedArray<byte>(header.UncompressedBytes);
        Inflate(compressed, [], bytes);
        var texts = new string[rows];
        var rest = bytes.AsSpan();
        for (var row = 0; row < rows; row++)
        {
            if (rest.Length < sizeof(int) || BinaryPrimitives.ReadUInt32LittleEndian(rest) is var length && length > rest.Length - sizeof(int))
                throw new InvalidDataException("a text goes beyond the end of its page.");
            texts[row] = Decode(rest.Slice(sizeof(int), (int)length), row > 0 ? texts[row - 1] : null);
            rest = rest[(sizeof(int) + (int)length)..];
        }

        return rest.IsEmpty ? texts : throw new InvalidDataException("its texts are longer than its rows need.");
    }

    private static string Decode(ReadOnlySpan<byte> utf8, string? before)
    {
        try
        {
            var text = StrictUtf8.GetString(utf8);
            // Labels come in long runs of one text.
            return text == before ? before : text;
        }
        catch (DecoderFallbackException e)
        {
            throw new InvalidDataException("a text is not UTF-8.", e);
        }
    }

    private void ReadLists(ColumnChunk chunk, int rows, Span<float> values)
    {
        var pages = ReadChunk(chunk);
        var entriesPerRow = Math.Max(Width, 1);
        while (rows > 0)
        {
            var header = NextPage(ref pages, out var compressed);
            var (pageRows, rest) = Math.DivRem(header.Values, entriesPerRow);
            if (pageRows < 1 || pageRows > rows || rest != 0)
                throw new InvalidDataException($"a page of {header.Values} values does not fit its {rows} remaining rows.");

            var levels = ListLevels.Encode(pageRows, Width);
            var numbers = values[..(pageRows * Width)];
            var bytes = MemoryMarshal.AsBytes(numbers);
            if (header.UncompressedBytes != levels.Length + bytes.Length)
                throw new InvalidDataException($"a page of {pageRows} rows has {header.UncompressedBytes} bytes.");
            Inflate(compressed, levels, bytes);
            if (!BitConverter.IsLittleEndian)
            {
                var bits = MemoryMarshal.Cast<float, int>(numbers);
                BinaryPrimitives.ReverseEndianness(bits, bits);
            }

            values = values[numbers.Length..];
            rows -= pageRows;
        }

        if (!pages.IsEmpty)
            throw new InvalidDataException("its lists are more than its rows.");
    }

    // Decompresses a page that begins with the given bytes and goes on with exactly as many as there is room for.
    private static unsafe void Inflate(ReadOnlySpan<byte> compressed, ReadOnlySpan<byte> beginning, Span<byte> rest)
    {
        fixed (byte* first = compressed)
        {
            using var memory = new UnmanagedMemoryStream(first, compressed.Length);
            using var gzip = new GZipStream(memory, CompressionMode.Decompress);
            var levels = new byte[beginning.Length];
            if (gzip.ReadAtLeast(levels, levels.Length, throwOnEndOfStream: false) < levels.Length
                || gzip.ReadAtLeast(rest, rest.Length, throwOnEndOfStream: false) < rest.Length)
                throw new InvalidDataException("a page is shorter than its header says.");
            // The read that meets the end also verifies the checksum.
            if (gzip.ReadByte() >= 0)
                throw new InvalidDataException("a page is longer than its header says.");
            if (!levels.AsSpan().SequenceEqual(beginning))
                throw new InvalidDataException("a page's lists are not of equal length.");
        }
    }

    private static PageHeader NextPage(ref ReadOnlySpan<byte> pages, out ReadOnlySpan<byte> compressed)
    {
        var header = PageHeader.Read(pages[..Math.Min(pages.Length, PageHeader.LongestHeader)], out var length);
        if (header.CompressedBytes > pages.Length - length)
            throw new InvalidDataException("a page goes beyond the end of its column.");
        compressed = pages.Slice(length, header.CompressedBytes);
        pages = pages[(length + header.CompressedBytes)..];
        return header;
    }

    private ReadOnlySpan<byte> ReadChunk(ColumnChunk chunk)
    {
        if (chunk.Offset < ParquetFormat.Magic.Length || chunk.CompressedBytes > _footerStart - chunk.Offset)
            throw new InvalidDataException("a column is said to be where the file does not reach.");
        var length = checked((int)chunk.CompressedBytes);
        Grow(ref _compressed, length);
        ReadAt(chunk.Offset, _compressed.AsSpan(0, length));
        return _compressed.AsSpan(0, length);
    }

    private void ReadAt(long offset, Span<byte> bytes)
    {
        _input.Position = offset;
        if (_input.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
            throw new InvalidDataException("the part is cut short.");
    }
}
