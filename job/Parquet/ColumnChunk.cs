namespace Pomona.Job.Parquet;

/// <summary>One column of one row group, as the footer has it.</summary>
/// <param name="Offset">Where its first page begins in the file.</param>
/// <param name="CompressedBytes">Its pages with their headers, as stored.</param>
/// <param name="UncompressedBytes">Its pages with their headers, before compression.</param>
/// <param name="Values">Its entries: empty lists count as one.</param>
/// <param name="Statistics">Its bounds; null when they were not read.</param>
internal sealed record ColumnChunk(
    long Offset, long CompressedBytes, long UncompressedBytes, long Values, ColumnStatistics? Statistics);
