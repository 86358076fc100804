using ParquetSharp;
using ParquetSharp.Schema;
using Pomona.Contracts;

namespace Pomona.Job.Parquet;

/// <summary>
/// What every part has in common: its columns, and how its rows are cut. All of it follows from the width alone, so that
/// equal rows give equal bytes. (What <see cref="AppliedPart"/> writes has a column more.)
/// <code>
/// message schema {
///   required binary image (STRING);
///   required binary label (STRING);
///   required group features (LIST) { repeated group list { required float element; } }   // or: components
/// }
/// </code>
/// </summary>
internal static class PartLayout
{
    /// <summary>The form of the bytes that <see cref="PartWriter"/> writes.</summary>
    public const string Form = FeatureSettings.CurrentParts;

    /// <summary>The most numbers a row may have; keeps a damaged footer from asking for all memory.</summary>
    public const int WidestRow = 1 << 20;

    private const int RowGroupBytes = 5 * 1024 * 1024;
    private const int PageBytes = RowGroupBytes / 4;
    private const int MostRows = 16_384;
    private const int LeastBatch = 1024;

    // Features are mostly noise: trying harder gains next to nothing (./pomona bench parquet).
    private const int FastestLevel = 1;

    /// <summary>Rows of every row group but the last: 1,024 of 1,280 features.</summary>
    public static int RowsPerGroup(int width)
        => (int)Math.Clamp(RowGroupBytes / (sizeof(float) * (long)Math.Max(width, 1)), 1, MostRows);

    /// <summary>Entries that a row has in the column of lists: its numbers, or one that says that there are none.</summary>
    public static int EntriesPerRow(int width) => Math.Max(width, 1);

    /// <summary>The columns.</summary>
    /// <param name="label">What the class is called: <c>label</c> where it is known, <c>class</c> where a model says it.</param>
    /// <param name="values"><c>features</c> or <c>components</c>.</param>
    /// <param name="hasProbability">Whether a model says how sure it is.</param>
    public static GroupNode Schema(string label, string values, bool hasProbability)
    {
        using var text = LogicalType.String();
        using var plain = LogicalType.None();
        using var lists = LogicalType.List();
        using var image = new PrimitiveNode("image", Repetition.Required, text, PhysicalType.ByteArray);
        using var named = new PrimitiveNode(label, Repetition.Required, text, PhysicalType.ByteArray);
        using var probability = new PrimitiveNode("probability", Repetition.Required, plain, PhysicalType.Float);
        using var element = new PrimitiveNode("element", Repetition.Required, plain, PhysicalType.Float);
        using var list = new GroupNode("list", Repetition.Repeated, [element]);
        using var numbers = new GroupNode(values, Repetition.Required, [list], lists);
        return new GroupNode("schema", Repetition.Required, hasProbability ? [image, named, probability, numbers] : [image, named, numbers]);
    }

    /// <summary>Where parts are gathered and read: malloc's, which Garbage gives back to the system; ParquetSharp's default keeps a heap of its own.</summary>
    public static MemoryPool Memory() => MemoryPool.SystemMemoryPool();

    /// <summary>How parts are read: the pages' checksums are verified.</summary>
    public static ReaderProperties Checking()
    {
        var checking = ReaderProperties.WithMemoryPool(Memory());
        checking.EnablePageChecksumVerification();
        return checking;
    }

    /// <summary>How the columns are encoded: plain, zstd, a checksum for every page, bounds for every column.</summary>
    public static WriterProperties Encoding(int width, MemoryPool memory)
    {
        using var builder = new WriterPropertiesBuilder();
        return builder
            .MemoryPool(memory)
            .DisableDictionary()
            .Compression(Compression.Zstd)
            .CompressionLevel(FastestLevel)
            .EnablePageChecksum()
            .DataPagesize(PageBytes)
            // Between two batches a page may end; a batch of less than a row would let it end within the row.
            .WriteBatchSize(Math.Max(width, LeastBatch))
            .Build();
    }
}
