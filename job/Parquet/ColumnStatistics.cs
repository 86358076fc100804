namespace Pomona.Job.Parquet;

/// <summary>What readers may know of a column chunk without reading it.</summary>
/// <param name="Min">The smallest value, PLAIN-encoded without a length; null when there is none to tell.</param>
/// <param name="Max">The largest value, likewise.</param>
/// <param name="Nulls">Entries without a value: empty lists.</param>
/// <param name="NotANumbers">NaNs, which count for neither bound; null where there cannot be any.</param>
internal sealed record ColumnStatistics(byte[]? Min, byte[]? Max, long Nulls, long? NotANumbers);
