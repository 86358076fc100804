namespace Pomona.Job.Parquet;

/// <summary>How the rows of a part are cut; it follows from the width alone, so that equal rows give equal bytes.</summary>
internal static class PartLayout
{
    /// <summary>The most numbers a row may have; keeps a damaged footer from asking for all memory.</summary>
    public const int WidestRow = 1 << 20;

    private const int RowGroupBytes = 5 * 1024 * 1024;
    private const int PageBytes = RowGroupBytes / 4;
    private const int MostRows = 16_384;

    /// <summary>Rows of every row group but the last: 1,024 of 1,280 features.</summary>
    public static int RowsPerGroup(int width) => Clamp(RowGroupBytes, width);

    /// <summary>Rows of every page of values but a row group's last.</summary>
    public static int RowsPerPage(int width) => Clamp(PageBytes, width);

    private static int Clamp(int bytes, int width)
        => (int)Math.Clamp(bytes / (sizeof(float) * (long)Math.Max(width, 1)), 1, MostRows);
}
