using System.IO.Hashing;
using ParquetSharp;
using ParquetSharp.IO;
using ParquetSharp.Schema;
using Pomona.Vision.Imaging;

namespace Pomona.Job.Parquet;

/// <summary>What extraction saw of an image while it had its pixels: a row of <see cref="CuesPart"/>.</summary>
/// <param name="Image">The image's key.</param>
/// <param name="Label">Its class.</param>
/// <param name="Width">Columns as it is seen: upright, where orientations are honoured.</param>
/// <param name="Height">Rows, likewise.</param>
/// <param name="Picture"><see cref="ImageCues.PictureBytes"/>: 16 × 16 pixels, red, green, blue, row by row.</param>
/// <param name="Cues">Brightness and sharpness.</param>
/// <param name="ContentHash">XXH128 of the file, 32 lower-case hexadecimal digits: equal files have equal ones.</param>
/// <param name="Thumbnail">A JPEG of at most 64 × 64 pixels, of some images of every class; null of the others.</param>
internal sealed record ImageRecord(
    string Image, string Label, int Width, int Height, byte[] Picture, ImageCues Cues, string ContentHash, byte[]? Thumbnail)
{
    public static string HashOf(ReadOnlySpan<byte> file) => Convert.ToHexString(XxHash128.Hash(file)).ToLowerInvariant();
}

/// <summary>
/// A shard's records of its images, as Parquet: for Spark, DuckDB, pandas, and the report's thumbnails. Equal rows give equal
/// bytes.
/// <code>
/// message schema {
///   required binary image (STRING);
///   required binary label (STRING);
///   required int32 width;
///   required int32 height;
///   required binary pixels;
///   required float brightness;
///   required float sharpness;
///   required binary content_hash (STRING);
///   optional binary thumbnail;
/// }
/// </code>
/// </summary>
internal static class CuesPart
{
    private const int ImageColumn = 0;
    private const int LabelColumn = 1;
    private const int WidthColumn = 2;
    private const int HeightColumn = 3;
    private const int PixelsColumn = 4;
    private const int BrightnessColumn = 5;
    private const int SharpnessColumn = 6;
    private const int HashColumn = 7;
    private const int ThumbnailColumn = 8;

    private static readonly string[] Names =
        ["image", "label", "width", "height", "pixels", "brightness", "sharpness", "content_hash", "thumbnail"];

    public static unsafe byte[] Write(IReadOnlyCollection<ImageRecord> images)
    {
        var memory = PartLayout.Memory();
        using var schema = Schema();
        using var encoding = PartLayout.Encoding(ImageCues.PictureBytes, memory);
        using var part = new BufferOutputStream(memory);
        using (var file = new ParquetFileWriter(part, schema, encoding))
        {
            if (images.Count > 0)
            {
                using var group = file.AppendRowGroup();
                Write(group, images.Select(static image => image.Image));
                Write(group, images.Select(static image => image.Label));
                Write(group, images.Select(static image => image.Width));
                Write(group, images.Select(static image => image.Height));
                Write(group, images.Select(static image => image.Picture));
                Write(group, images.Select(static image => image.Cues.Brightness));
                Write(group, images.Select(static image => image.Cues.Sharpness));
                Write(group, images.Select(static image => image.ContentHash));
                Write(group, images.Select(static image => image.Thumbnail));
            }

            file.Close();
        }

        using var whole = part.Finish();
        return new ReadOnlySpan<byte>((void*)whole.Data, checked((int)whole.Size)).ToArray();
    }

    /// <summary>The thumbnails that a part holds, by image.</summary>
    /// <param name="part">A whole part.</param>
    /// <param name="isWanted">Of which images.</param>
    /// <exception cref="InvalidDataException">It is no such part, or damaged.</exception>
    public static IReadOnlyDictionary<string, byte[]> ReadThumbnails(ReadOnlyMemory<byte> part, Func<string, bool> isWanted)
    {
        var found = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        ReadGroups(part, (group, rows) =>
        {
            var (images, thumbnails) = (Read<string>(group, ImageColumn, rows), Read<byte[]?>(group, ThumbnailColumn, rows));
            for (var row = 0; row < rows; row++)
            {
                if (thumbnails[row] is { } thumbnail && isWanted(images[row]))
                    found[images[row]] = thumbnail;
            }
        });
        return found;
    }

    /// <summary>All that a part holds, in its order.</summary>
    /// <param name="part">A whole part.</param>
    /// <exception cref="InvalidDataException">It is no such part, or damaged.</exception>
    public static IReadOnlyList<ImageRecord> Read(ReadOnlyMemory<byte> part)
    {
        var found = new List<ImageRecord>();
        ReadGroups(part, (group, rows) =>
        {
            var (images, labels) = (Read<string>(group, ImageColumn, rows), Read<string>(group, LabelColumn, rows));
            var (widths, heights) = (Read<int>(group, WidthColumn, rows), Read<int>(group, HeightColumn, rows));
            var (pictures, thumbnails) = (Read<byte[]>(group, PixelsColumn, rows), Read<byte[]?>(group, ThumbnailColumn, rows));
            var (brightness, sharpness) = (Read<float>(group, BrightnessColumn, rows), Read<float>(group, SharpnessColumn, rows));
            var hashes = Read<string>(group, HashColumn, rows);
            for (var row = 0; row < rows; row++)
            {
                found.Add(new ImageRecord(
                    images[row], labels[row], widths[row], heights[row], pictures[row], new ImageCues(brightness[row], sharpness[row]), hashes[row], thumbnails[row]));
            }
        });
        return found;
    }

    private static T[] Read<T>(RowGroupReader group, int number, int rows)
    {
        using var column = group.Column(number).LogicalReader<T>();
        return column.ReadAll(rows);
    }

    private static unsafe void ReadGroups(ReadOnlyMemory<byte> part, Action<RowGroupReader, int> read)
    {
        using var pinned = part.Pin();
        using var bytes = new ParquetSharp.IO.Buffer((nint)pinned.Pointer, part.Length);
        using var source = new BufferReader(bytes);
        try
        {
            using var checking = PartLayout.Checking();
            using var file = new ParquetFileReader(source, checking);
            var columns = file.FileMetaData.Schema;
            if (!Enumerable.Range(0, columns.NumColumns).Select(i => columns.Column(i).Name).SequenceEqual(Names))
                throw new InvalidDataException($"this Parquet file is not of a run's cues: its columns are not {string.Join(", ", Names)}.");
            for (var number = 0; number < file.FileMetaData.NumRowGroups; number++)
            {
                using var group = file.RowGroup(number);
                read(group, checked((int)group.MetaData.NumRows));
            }
        }
        catch (ParquetException damage)
        {
            throw new InvalidDataException($"the part is damaged: {damage.Message}", damage);
        }
    }

    private static void Write<T>(RowGroupWriter group, IEnumerable<T> values)
    {
        using var column = group.NextColumn().LogicalWriter<T>();
        column.WriteBatch(values.ToArray());
    }

    private static GroupNode Schema()
    {
        using var text = LogicalType.String();
        using var plain = LogicalType.None();
        using var image = new PrimitiveNode(Names[0], Repetition.Required, text, PhysicalType.ByteArray);
        using var label = new PrimitiveNode(Names[1], Repetition.Required, text, PhysicalType.ByteArray);
        using var width = new PrimitiveNode(Names[2], Repetition.Required, plain, PhysicalType.Int32);
        using var height = new PrimitiveNode(Names[3], Repetition.Required, plain, PhysicalType.Int32);
        using var pixels = new PrimitiveNode(Names[4], Repetition.Required, plain, PhysicalType.ByteArray);
        using var brightness = new PrimitiveNode(Names[5], Repetition.Required, plain, PhysicalType.Float);
        using var sharpness = new PrimitiveNode(Names[6], Repetition.Required, plain, PhysicalType.Float);
        using var hash = new PrimitiveNode(Names[7], Repetition.Required, text, PhysicalType.ByteArray);
        using var thumbnail = new PrimitiveNode(Names[8], Repetition.Optional, plain, PhysicalType.ByteArray);
        return new GroupNode("schema", Repetition.Required, [image, label, width, height, pixels, brightness, sharpness, hash, thumbnail]);
    }
}
