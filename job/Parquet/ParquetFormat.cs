namespace Pomona.Job.Parquet;

/// <summary>
/// The numbers of Parquet's metadata that parts use, from parquet.thrift (apache/parquet-format 2.11).
/// </summary>
internal static class ParquetFormat
{
    public const int TypeFloat = 4;
    public const int TypeByteArray = 6;

    public const int Required = 0;
    public const int Repeated = 2;

    public const int ConvertedUtf8 = 0;
    public const int ConvertedList = 3;

    public const int EncodingPlain = 0;
    public const int EncodingRle = 3;

    public const int CodecGzip = 2;
    public const int PageTypeData = 0;

    /// <summary>What a Parquet file begins and ends with.</summary>
    public static ReadOnlySpan<byte> Magic => "PAR1"u8;
}
