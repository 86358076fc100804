using System.Diagnostics;
using System.Text.Json;
using Pomona.Contracts;

namespace Pomona.Job.Tests.Parquet;

/// <summary>Parts as DuckDB sees them, a reader that shares nothing with this project's writer.</summary>
public sealed class DuckDbReadsPartsTests
{
    private const int Rows = 2_100;
    private const int Width = 1_280;

    [NodePackageFact("@duckdb/node-api")]
    public void DuckDb_reads_types_values_bounds_and_metadata()
    {
        var answer = Ask(SmallPart.Write(Rows, Width, "features", ("model", "mobilenet"), ("note", "é 🍐")), "features");

        Assert.Equal(
            [("image", "VARCHAR"), ("label", "VARCHAR"), ("features", "FLOAT[]")],
            Each(answer, "columns").Select(c => (Text(c, "column_name"), Text(c, "column_type"))));
        Assert.Equal(
            [("model", "mobilenet"), ("note", "é 🍐")],
            Each(answer, "metadata").Select(pair => (Text(pair, "key"), Text(pair, "value"))));

        var totals = Each(answer, "totals").Single();
        Assert.Equal(("2100", "2100", "3"), (Text(totals, "rows"), Text(totals, "images"), Text(totals, "labels")));
        Assert.Equal(("1280", "1280"), (Text(totals, "shortest"), Text(totals, "longest")));
        var sum = Enumerable.Range(0, Rows).Sum(row => SmallPart.Values(row, Width).Sum(value => (double)value));
        Assert.Equal(1, totals.GetProperty("sum").GetDouble() / sum, 1e-12);

        var one = Each(answer, "one").Single();
        Assert.Equal((SmallPart.Image(7), "apple"), (Text(one, "image"), Text(one, "label")));
        Assert.Equal(SmallPart.Values(7, Width), one.GetProperty("numbers").EnumerateArray().Select(n => n.GetSingle()));
    }

    [NodePackageFact("@duckdb/node-api")]
    public void DuckDb_sees_row_groups_gzip_and_the_bounds_of_every_column()
    {
        var answer = Ask(SmallPart.Write(Rows, Width), "features");

        var chunks = Each(answer, "chunks");
        Assert.Equal(9, chunks.Length);
        Assert.All(chunks, chunk => Assert.Equal("GZIP", Text(chunk, "compression")));
        Assert.All(chunks, chunk => Assert.Equal("0", Text(chunk, "stats_null_count")));
        Assert.Equal(["1024", "1024", "52"], chunks.Where((_, i) => i % 3 == 0).Select(c => Text(c, "row_group_num_rows")));

        var labels = chunks.Where(chunk => Text(chunk, "path_in_schema") == "label")
            .Select(chunk => (Text(chunk, "stats_min_value"), Text(chunk, "stats_max_value")));
        Assert.Equal([("apple", "kiwi"), ("kiwi", "poire d'été"), ("poire d'été", "poire d'été")], labels);
        var images = chunks.First(chunk => Text(chunk, "path_in_schema") == "image");
        Assert.Equal(SmallPart.Image(0), Text(images, "stats_min_value"));
        Assert.Equal(SmallPart.Image(1023), Text(images, "stats_max_value"));
        var features = chunks.First(chunk => Text(chunk, "path_in_schema").StartsWith("features", StringComparison.Ordinal));
        Assert.Equal((1024 * Width).ToString(System.Globalization.CultureInfo.InvariantCulture), Text(features, "num_values"));
        Assert.Equal(-0.624, double.Parse(Text(features, "stats_min_value"), System.Globalization.CultureInfo.InvariantCulture), 1e-3);

        // Filters that DuckDB answers from the bounds: within one row group, across two, and beyond all.
        var kiwis = Each(answer, "kiwis").Single();
        Assert.Equal(("700", SmallPart.Image(700)), (Text(kiwis, "rows"), Text(kiwis, "first")));
        Assert.Equal("0", Text(Each(answer, "none").Single(), "rows"));

        var file = Each(answer, "file").Single();
        Assert.Matches(@"\Apomona version \d+\.\d+\.\d+\z", Text(file, "created_by"));
        Assert.Equal(("2100", "3"), (Text(file, "num_rows"), Text(file, "num_row_groups")));
    }

    [NodePackageFact("@duckdb/node-api")]
    public void DuckDb_reads_empty_lists_and_parts_without_rows()
    {
        var lists = Ask(SmallPart.Write(9, 0, "components"), "components");
        var totals = Each(lists, "totals").Single();
        Assert.Equal(("9", "0", "0"), (Text(totals, "rows"), Text(totals, "shortest"), Text(totals, "longest")));

        var nothing = Ask(SmallPart.Write(0, 3, "components"), "components");
        Assert.Equal("0", Text(Each(nothing, "totals").Single(), "rows"));
        Assert.Equal(["VARCHAR", "VARCHAR", "FLOAT[]"], Each(nothing, "columns").Select(c => Text(c, "column_type")));
    }

    private static JsonElement Ask(byte[] part, string column)
    {
        var path = Path.Combine(Path.GetTempPath(), $"pomona it's a part {Guid.NewGuid():N}.parquet");
        File.WriteAllBytes(path, part);
        try
        {
            var script = Path.Combine(NodePackageFactAttribute.TestsFolder!, "job", "Parquet", "read_part.mjs");
            using var node = Process.Start(new ProcessStartInfo("node", [script, path, column])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            var errors = node.StandardError.ReadToEndAsync();
            var output = node.StandardOutput.ReadToEnd();
            node.WaitForExit();
            Assert.True(node.ExitCode == 0, errors.Result);
            return JsonDocument.Parse(output).RootElement;
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static JsonElement[] Each(JsonElement answer, string name) => [.. answer.GetProperty(name).EnumerateArray()];

    private static string Text(JsonElement row, string name) => row.GetProperty(name).ToString();
}
