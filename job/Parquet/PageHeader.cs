using System.Buffers;

namespace Pomona.Job.Parquet;

/// <summary>The header of a data page of the first kind.</summary>
/// <param name="Values">Entries in the page.</param>
/// <param name="UncompressedBytes">Levels and values, without this header.</param>
/// <param name="CompressedBytes">What follows this header in the file.</param>
internal readonly record struct PageHeader(int Values, int UncompressedBytes, int CompressedBytes)
{
    /// <summary>More bytes than any page header of a part has.</summary>
    public const int LongestHeader = 64;

    public void Write(IBufferWriter<byte> output)
    {
        var (values, uncompressed, compressed) = this;
        var thrift = new ThriftWriter(output);
        thrift.Struct(() =>
        {
            thrift.Field(1, ParquetFormat.PageTypeData);
            thrift.Field(2, uncompressed);
            thrift.Field(3, compressed);
            thrift.Field(5, () =>
            {
                thrift.Field(1, values);
                thrift.Field(2, ParquetFormat.EncodingPlain);
                thrift.Field(3, ParquetFormat.EncodingRle);
                thrift.Field(4, ParquetFormat.EncodingRle);
            });
        });
    }

    /// <summary>Reads a header and says how long it was.</summary>
    /// <exception cref="InvalidDataException">It is damaged, or of a page that parts do not have.</exception>
    public static PageHeader Read(ReadOnlySpan<byte> bytes, out int length)
    {
        var thrift = new ThriftReader(bytes);
        int pageType = -1, uncompressed = -1, compressed = -1, values = -1, encoding = -1;
        short id = 0;
        while (thrift.NextField(ref id, out var type))
        {
            switch (id)
            {
                case 1: pageType = thrift.Int32(type); break;
                case 2: uncompressed = thrift.Int32(type); break;
                case 3: compressed = thrift.Int32(type); break;
                case 5:
                    ThriftReader.Expect(type, ThriftType.Struct);
                    short inner = 0;
                    while (thrift.NextField(ref inner, out var innerType))
                    {
                        if (inner == 1)
                            values = thrift.Int32(innerType);
                        else if (inner == 2)
                            encoding = thrift.Int32(innerType);
                        else
                            thrift.Skip(innerType);
                    }

                    break;
                default: thrift.Skip(type); break;
            }
        }

        if (pageType != ParquetFormat.PageTypeData || encoding != ParquetFormat.EncodingPlain)
            throw new InvalidDataException($"the part has a page of type {pageType} and encoding {encoding}; this program reads plain data pages, which it writes.");
        if (values < 0 || uncompressed < 0 || compressed < 0)
            throw ThriftReader.Damaged("a page's size is missing");
        length = thrift.Position;
        return new PageHeader(values, uncompressed, compressed);
    }
}
