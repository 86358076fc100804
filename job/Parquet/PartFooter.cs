using System.Buffers;

namespace Pomona.Job.Parquet;

/// <summary>
/// The footer of a part: Parquet's FileMetaData for the one schema that parts have,
/// <code>
/// message part {
///   required binary image (STRING);
///   required binary label (STRING);
///   required group features (LIST) { repeated group list { required float element; } }   // or: components
/// }
/// </code>
/// </summary>
/// <param name="ValuesColumn"><c>features</c> or <c>components</c>.</param>
/// <param name="Rows">Rows of all row groups.</param>
/// <param name="RowGroups">The row groups in order.</param>
/// <param name="Metadata">The file's own keys and values.</param>
internal sealed record PartFooter(
    string ValuesColumn,
    long Rows,
    IReadOnlyList<RowGroup> RowGroups,
    IReadOnlyList<KeyValuePair<string, string>> Metadata)
{
    /// <summary>Writes the footer's Thrift message.</summary>
    public void Write(IBufferWriter<byte> output)
    {
        var thrift = new ThriftWriter(output);
        thrift.Struct(() =>
        {
            thrift.Field(1, 1); // version: readers agree on 1
            WriteSchema(thrift);
            thrift.Field(3, Rows);
            thrift.ListField(4, ThriftType.Struct, RowGroups.Count);
            foreach (var group in RowGroups)
                WriteRowGroup(thrift, group);
            thrift.ListField(5, ThriftType.Struct, Metadata.Count);
            foreach (var (key, value) in Metadata)
            {
                thrift.Struct(() =>
                {
                    thrift.Field(1, key);
                    thrift.Field(2, value);
                });
            }

            thrift.Field(6, CreatedBy());
            // Bounds mean something only with the order they are by: that of each column's type.
            thrift.ListField(7, ThriftType.Struct, 3);
            for (var column = 0; column < 3; column++)
                thrift.Struct(() => thrift.Field(1, static () => { }));
        });
    }

    /// <summary>Reads a footer that <see cref="Write"/> wrote.</summary>
    /// <exception cref="InvalidDataException">It is damaged, or that of a Parquet file with another schema.</exception>
    public static PartFooter Read(ReadOnlySpan<byte> message)
    {
        var thrift = new ThriftReader(message);
        string? valuesColumn = null;
        long? rows = null;
        List<RowGroup>? groups = null;
        var metadata = new List<KeyValuePair<string, string>>();
        short id = 0;
        while (thrift.NextField(ref id, out var type))
        {
            switch (id)
            {
                case 2:
                    valuesColumn = ReadSchema(ref thrift, type);
                    break;
                case 3:
                    rows = thrift.Integer(type);
                    break;
                case 4:
                    groups = new List<RowGroup>();
                    for (var left = thrift.List(type, ThriftType.Struct); left > 0; left--)
                        groups.Add(ReadRowGroup(ref thrift));
                    break;
                case 5:
                    for (var left = thrift.List(type, ThriftType.Struct); left > 0; left--)
                        metadata.Add(ReadPair(ref thrift));
                    break;
                default:
                    thrift.Skip(type);
                    break;
            }
        }

        if (valuesColumn is null || rows is null || groups is null)
            throw ThriftReader.Damaged("schema, rows or row groups are missing");
        if (groups.Sum(group => (long)group.Rows) != rows)
            throw new InvalidDataException($"the part is damaged: its row groups do not have the {rows} rows that it says.");
        return new PartFooter(valuesColumn, rows.Value, groups, metadata);
    }

    // Only the version that bytes depend on: a commit's id in it would make equal parts differ.
    private static string CreatedBy()
        => $"pomona version {typeof(PartFooter).Assembly.GetName().Version!.ToString(3)}";

    private void WriteSchema(ThriftWriter thrift)
    {
        thrift.ListField(2, ThriftType.Struct, 6);
        thrift.Struct(() =>
        {
            thrift.Field(4, "part");
            thrift.Field(5, 3);
        });
        WriteText("image");
        WriteText("label");
        thrift.Struct(() =>
        {
            thrift.Field(3, ParquetFormat.Required);
            thrift.Field(4, ValuesColumn);
            thrift.Field(5, 1);
            thrift.Field(6, ParquetFormat.ConvertedList);
            thrift.Field(10, () => thrift.Field(3, static () => { }));
        });
        thrift.Struct(() =>
        {
            thrift.Field(3, ParquetFormat.Repeated);
            thrift.Field(4, "list");
            thrift.Field(5, 1);
        });
        thrift.Struct(() =>
        {
            thrift.Field(1, ParquetFormat.TypeFloat);
            thrift.Field(3, ParquetFormat.Required);
            thrift.Field(4, "element");
        });

        void WriteText(string name) => thrift.Struct(() =>
        {
            thrift.Field(1, ParquetFormat.TypeByteArray);
            thrift.Field(3, ParquetFormat.Required);
            thrift.Field(4, name);
            thrift.Field(6, ParquetFormat.ConvertedUtf8);
            thrift.Field(10, () => thrift.Field(1, static () => { }));
        });
    }

    private void WriteRowGroup(ThriftWriter thrift, RowGroup group)
    {
        ColumnChunk[] chunks = [group.Image, group.Label, group.Values];
        thrift.Struct(() =>
        {
            thrift.ListField(1, ThriftType.Struct, chunks.Length);
            WriteChunk(thrift, group.Image, ParquetFormat.TypeByteArray, ["image"]);
            WriteChunk(thrift, group.Label, ParquetFormat.TypeByteArray, ["label"]);
            WriteChunk(thrift, group.Values, ParquetFormat.TypeFloat, [ValuesColumn, "list", "element"]);
            thrift.Field(2, chunks.Sum(chunk => chunk.UncompressedBytes));
            thrift.Field(3, (long)group.Rows);
            thrift.Field(5, group.Image.Offset);
            thrift.Field(6, chunks.Sum(chunk => chunk.CompressedBytes));
        });
    }

    private static void WriteChunk(ThriftWriter thrift, ColumnChunk chunk, int type, string[] path) => thrift.Struct(() =>
    {
        thrift.Field(2, 0L); // file_offset: deprecated, to be written as 0
        thrift.Field(3, () =>
        {
            thrift.Field(1, type);
            thrift.ListField(2, ThriftType.Int32, 2);
            thrift.Element(ParquetFormat.EncodingPlain);
            thrift.Element(ParquetFormat.EncodingRle);
            thrift.ListField(3, ThriftType.Binary, path.Length);
            foreach (var name in path)
                thrift.Element(name);
            thrift.Field(4, ParquetFormat.CodecGzip);
            thrift.Field(5, chunk.Values);
            thrift.Field(6, chunk.UncompressedBytes);
            thrift.Field(7, chunk.CompressedBytes);
            thrift.Field(9, chunk.Offset);
            if (chunk.Statistics is { } statistics)
                thrift.Field(12, () => WriteStatistics(thrift, statistics));
        });
    });

    private static void WriteStatistics(ThriftWriter thrift, ColumnStatistics statistics)
    {
        thrift.Field(3, statistics.Nulls);
        if (statistics.Max is not null)
            thrift.Field(5, statistics.Max);
        if (statistics.Min is not null)
            thrift.Field(6, statistics.Min);
        if (statistics.Max is not null)
            thrift.Field(7, true);
        if (statistics.Min is not null)
            thrift.Field(8, true);
        if (statistics.NotANumbers is { } count)
            thrift.Field(9, count);
    }

    private static string ReadSchema(ref ThriftReader thrift, ThriftType type)
    {
        var names = new List<(string Name, int Type, int Repetition, int Children)>();
        for (var left = thrift.List(type, ThriftType.Struct); left > 0; left--)
        {
            var element = (Name: string.Empty, Type: -1, Repetition: -1, Children: 0);
            short id = 0;
            while (thrift.NextField(ref id, out var field))
            {
                switch (id)
                {
                    case 1: element.Type = thrift.Int32(field); break;
                    case 3: element.Repetition = thrift.Int32(field); break;
                    case 4: element.Name = thrift.String(field); break;
                    case 5: element.Children = thrift.Int32(field); break;
                    default: thrift.Skip(field); break;
                }
            }

            names.Add(element);
        }

        if (names is not [
            (_, -1, _, 3),
            ("image", ParquetFormat.TypeByteArray, ParquetFormat.Required, 0),
            ("label", ParquetFormat.TypeByteArray, ParquetFormat.Required, 0),
            (var values, -1, ParquetFormat.Required, 1),
            ("list", -1, ParquetFormat.Repeated, 1),
            ("element", ParquetFormat.TypeFloat, ParquetFormat.Required, 0)])
            throw new InvalidDataException("this Parquet file is not a part of a run: its columns are not image, label and a list of float.");
        return values;
    }

    private static KeyValuePair<string, string> ReadPair(ref ThriftReader thrift)
    {
        string key = string.Empty, value = string.Empty;
        short id = 0;
        while (thrift.NextField(ref id, out var type))
        {
            if (id == 1)
                key = thrift.String(type);
            else if (id == 2)
                value = thrift.String(type);
            else
                thrift.Skip(type);
        }

        return new(key, value);
    }

    private static RowGroup ReadRowGroup(ref ThriftReader thrift)
    {
        var chunks = new List<ColumnChunk>();
        var rows = -1;
        short id = 0;
        while (thrift.NextField(ref id, out var type))
        {
            if (id == 1)
            {
                for (var left = thrift.List(type, ThriftType.Struct); left > 0; left--)
                    chunks.Add(ReadChunk(ref thrift));
            }
            else if (id == 3)
            {
                rows = thrift.Int32(type);
            }
            else
            {
                thrift.Skip(type);
            }
        }

        return chunks is [var image, var label, var values] && rows >= 0
            ? new RowGroup(rows, image, label, values)
            : throw ThriftReader.Damaged("a row group has not three columns and a number of rows");
    }

    private static ColumnChunk ReadChunk(ref ThriftReader thrift)
    {
        ColumnChunk? chunk = null;
        short id = 0;
        while (thrift.NextField(ref id, out var type))
        {
            if (id == 3)
            {
                ThriftReader.Expect(type, ThriftType.Struct);
                chunk = ReadChunkMetadata(ref thrift);
            }
            else
            {
                thrift.Skip(type);
            }
        }

        return chunk ?? throw ThriftReader.Damaged("a column has no metadata");
    }

    private static ColumnChunk ReadChunkMetadata(ref ThriftReader thrift)
    {
        long codec = -1, values = -1, uncompressed = -1, compressed = -1, offset = -1;
        short id = 0;
        while (thrift.NextField(ref id, out var type))
        {
            switch (id)
            {
                case 4: codec = thrift.Integer(type); break;
                case 5: values = thrift.Integer(type); break;
                case 6: uncompressed = thrift.Integer(type); break;
                case 7: compressed = thrift.Integer(type); break;
                case 9: offset = thrift.Integer(type); break;
                default: thrift.Skip(type); break;
            }
        }

        if (codec != ParquetFormat.CodecGzip)
            throw new InvalidDataException($"the part is compressed with codec {codec}; this program reads gzip (2), which it writes.");
        return values >= 0 && uncompressed >= 0 && compressed >= 0 && offset >= 0
            ? new ColumnChunk(offset, compressed, uncompressed, values, Statistics: null)
            : throw ThriftReader.Damaged("a column's place or size is missing");
    }
}
