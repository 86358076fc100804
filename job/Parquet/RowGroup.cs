namespace Pomona.Job.Parquet;

/// <summary>A row group, as the footer has it.</summary>
/// <param name="Rows">How many rows.</param>
/// <param name="Image">The column of image keys.</param>
/// <param name="Label">The column of labels.</param>
/// <param name="Values">The column of features or components.</param>
internal sealed record RowGroup(int Rows, ColumnChunk Image, ColumnChunk Label, ColumnChunk Values);
