using System.Globalization;
using DuckDB.NET.Data;
using Pomona.Job.Parquet;
using Pomona.Vision.Imaging;

namespace Pomona.Job.Tests.Parquet;

/// <summary>Parts as DuckDB sees them, a reader that shares nothing with the library that writes them.</summary>
public sealed class DuckDbReadsPartsTests : IDisposable
{
    private const int Rows = 2_100;
    private const int Width = 1_280;

    private readonly TemporaryFolder _folder = new();
    private readonly DuckDBConnection _duckDb = new("DataSource=:memory:");

    public DuckDbReadsPartsTests() => _duckDb.Open();

    public void Dispose()
    {
        _duckDb.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void DuckDb_reads_types_and_values()
    {
        var part = Write(SmallPart.Write(Rows, Width));

        Assert.Equal(
            ["image VARCHAR", "label VARCHAR", "features FLOAT[]"],
            Ask($"DESCRIBE SELECT * FROM {part}").Select(column => $"{column["column_name"]} {column["column_type"]}"));

        var totals = Totals(part, "features");
        Assert.Equal((2100L, 2100L, 3L), (totals["rows"], totals["images"], totals["labels"]));
        Assert.Equal((1280L, 1280L), (totals["shortest"], totals["longest"]));
        var sum = Enumerable.Range(0, Rows).Sum(row => SmallPart.Values(row, Width).Sum(value => (double)value));
        Assert.Equal(1, (double)totals["sum"] / sum, 1e-12);

        var one = Ask($"SELECT image, label, features FROM {part} WHERE image LIKE '% 00007 %'").Single();
        Assert.Equal((SmallPart.Image(7), "apple"), (one["image"], one["label"]));
        Assert.Equal(SmallPart.Values(7, Width), (IEnumerable<float>)one["features"]);
    }

    [Fact]
    public void DuckDb_reads_every_column_of_the_cues()
    {
        var part = Write(CuesPart.Write(SmallCues.Rows(300)));

        Assert.Equal(
            [
                "image VARCHAR", "label VARCHAR", "width INTEGER", "height INTEGER", "pixels BLOB", "brightness FLOAT", "sharpness FLOAT",
                "content_hash VARCHAR", "thumbnail BLOB",
            ],
            Ask($"DESCRIBE SELECT * FROM {part}").Select(column => $"{column["column_name"]} {column["column_type"]}"));
        var sums = Ask(
            $"SELECT sum(width)::bigint AS width, sum(height)::bigint AS height, sum(octet_length(pixels))::bigint AS pixels, "
            + $"sum(brightness) AS brightness, sum(sharpness) AS sharpness, count(thumbnail) AS thumbnails FROM {part}").Single();
        Assert.Equal(
            (209_850L, 24_850L, 300L * ImageCues.PictureBytes, 44_850.0, 89_700.0, 30L),
            (sums["width"], sums["height"], sums["pixels"], sums["brightness"], sums["sharpness"], sums["thumbnails"]));
        var one = Ask($"SELECT content_hash FROM {part} WHERE image LIKE '% 00007 %' OR image LIKE '%/00007 %'").Single();
        Assert.Equal(SmallCues.Row(7).ContentHash, one["content_hash"]);
    }

    [Fact]
    public void DuckDb_sees_the_lists_in_three_levels_as_Spark_names_them()
        => Assert.Equal(
            [
                "schema  REQUIRED ", "image BYTE_ARRAY REQUIRED UTF8", "label BYTE_ARRAY REQUIRED UTF8",
                "features  REQUIRED LIST", "list  REPEATED ", "element FLOAT REQUIRED ",
            ],
            Ask($"SELECT name, type, repetition_type, converted_type FROM parquet_schema({Write(SmallPart.Write(3, 2))})")
                .Select(node => $"{node["name"]} {node["type"]} {node["repetition_type"]} {node["converted_type"]}"));

    [Fact]
    public void DuckDb_sees_row_groups_zstd_and_the_bounds_of_every_column()
    {
        var part = Write(SmallPart.Write(Rows, Width));

        var chunks = Ask($"SELECT * FROM parquet_metadata({part}) ORDER BY row_group_id, column_id");
        Assert.Equal(9, chunks.Count);
        Assert.All(chunks, chunk => Assert.Equal(("ZSTD", 0L), (chunk["compression"], chunk["stats_null_count"])));
        Assert.Equal([1024L, 1024L, 52L], chunks.Where((_, i) => i % 3 == 0).Select(chunk => chunk["row_group_num_rows"]));

        var labels = chunks.Where(chunk => chunk["path_in_schema"].Equals("label")).Select(Bounds);
        Assert.Equal([("apple", "kiwi"), ("kiwi", "poire d'été"), ("poire d'été", "poire d'été")], labels);
        Assert.Equal((SmallPart.Image(0), SmallPart.Image(1023)), Bounds(chunks[0]));
        Assert.Equal(("features, list, element", 1024L * Width), (chunks[2]["path_in_schema"], chunks[2]["num_values"]));
        Assert.Equal(-0.624, double.Parse(Bounds(chunks[2]).Min, CultureInfo.InvariantCulture), 1e-3);

        // Filters that DuckDB answers from the bounds: within one row group, across two, and beyond all.
        var kiwis = Ask($"SELECT count(*) AS rows, min(image) AS first FROM {part} WHERE label = 'kiwi'").Single();
        Assert.Equal((700L, SmallPart.Image(700)), (kiwis["rows"], kiwis["first"]));
        Assert.Equal(0L, Ask($"SELECT count(*) AS rows FROM {part} WHERE label > 'q'").Single()["rows"]);
    }

    [Fact]
    public void A_part_says_what_wrote_it_and_nothing_of_when_or_where()
    {
        var part = Write(SmallPart.Write(Rows, Width));

        var file = Ask($"SELECT created_by, num_rows, num_row_groups FROM parquet_file_metadata({part})").Single();
        Assert.Matches(@"\Aparquet-cpp-arrow version \d+\.\d+\.\d+\z", (string)file["created_by"]);
        Assert.Equal((2100L, 3L), (file["num_rows"], file["num_row_groups"]));
        Assert.Empty(Ask($"SELECT * FROM parquet_kv_metadata({part})"));
    }

    [Fact]
    public void DuckDb_reads_empty_lists_and_parts_without_rows()
    {
        var totals = Totals(Write(SmallPart.Write(9, 0, "components")), "components");
        Assert.Equal((9L, 0L, 0L), (totals["rows"], totals["shortest"], totals["longest"]));

        var nothing = Write(SmallPart.Write(0, 3, "components"));
        Assert.Equal(0L, Totals(nothing, "components")["rows"]);
        Assert.Equal(
            ["VARCHAR", "VARCHAR", "FLOAT[]"],
            Ask($"DESCRIBE SELECT * FROM {nothing}").Select(column => column["column_type"]));
    }

    private static (string Min, string Max) Bounds(Dictionary<string, object> chunk)
        => ((string)chunk["stats_min_value"], (string)chunk["stats_max_value"]);

    private Dictionary<string, object> Totals(string part, string values) => Ask($"""
        SELECT count(*) AS rows, count(DISTINCT image) AS images, count(DISTINCT label) AS labels,
               min(len({values})) AS shortest, max(len({values})) AS longest,
               sum(list_sum(list_transform({values}, x -> x::DOUBLE))) AS sum
        FROM {part}
        """).Single();

    /// <summary>The part's name as SQL wants it.</summary>
    private string Write(byte[] part)
        => $"'{_folder.Write($"it's a part {Guid.NewGuid():N}.parquet", part).Replace("'", "''", StringComparison.Ordinal)}'";

    private List<Dictionary<string, object>> Ask(string sql)
    {
        using var command = _duckDb.CreateCommand();
#pragma warning disable CA2100 // the tests' own queries, and the names of their own files
        command.CommandText = sql;
#pragma warning restore CA2100
        using var reader = command.ExecuteReader();
        var rows = new List<Dictionary<string, object>>();
        while (reader.Read())
            rows.Add(Enumerable.Range(0, reader.FieldCount).ToDictionary(reader.GetName, reader.GetValue, StringComparer.Ordinal));
        return rows;
    }
}
