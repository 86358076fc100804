using System.Buffers;
using System.IO.Compression;

namespace Pomona.Job.Parquet;

/// <summary>Compresses pages with gzip, the one codec that .NET has built in and every Parquet reader knows.</summary>
/// <remarks>
/// Fast compression: features are mostly noise, and trying harder gains next to nothing (./pomona bench parquet). .NET's
/// gzip header has no time in it, so equal pages give equal bytes; another major version of .NET may compress differently.
/// </remarks>
internal sealed class PageCompressor : IDisposable
{
    private readonly MemoryStream _compressed = new();
    private readonly ArrayBufferWriter<byte> _header = new(PageHeader.LongestHeader);

    /// <summary>Appends a data page, header and all.</summary>
    /// <param name="levels">What the page begins with; empty for a column without levels.</param>
    /// <param name="values">The PLAIN-encoded values.</param>
    /// <param name="entries">Entries in the page.</param>
    /// <param name="pages">Where to.</param>
    /// <returns>The page's size before compression, its header included.</returns>
    public int AppendPage(ReadOnlySpan<byte> levels, ReadOnlySpan<byte> values, int entries, ArrayBufferWriter<byte> pages)
    {
        _compressed.SetLength(0);
        using (var gzip = new GZipStream(_compressed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(levels);
            gzip.Write(values);
        }

        _header.ResetWrittenCount();
        var uncompressed = levels.Length + values.Length;
        new PageHeader(entries, uncompressed, (int)_compressed.Length).Write(_header);
        pages.Write(_header.WrittenSpan);
        pages.Write(_compressed.GetBuffer().AsSpan(0, (int)_compressed.Length));
        return _header.WrittenCount + uncompressed;
    }

    public void Dispose() => _compressed.Dispose();
}
