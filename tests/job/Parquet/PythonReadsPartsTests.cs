using System.Text.Json;
using Pomona.Job.Parquet;

namespace Pomona.Job.Tests.Parquet;

/// <summary>Parts as those see them who open them in Python: stock Spark, and pandas.</summary>
public sealed class PythonReadsPartsTests : IDisposable
{
    private const int Rows = 1_500;
    private const int Width = 128;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [RealSparkFact]
    public void Stock_Spark_reads_two_texts_and_a_list_of_float_and_every_column_of_the_cues()
    {
        var answer = Answer(RealSpark.Run(Script("spark"), Part(), _folder.Write("cues.parquet", CuesPart.Write(SmallCues.Rows(300)))));

        Assert.Equal("struct<image:string,label:string,features:array<float>>", answer.GetProperty("schema").GetString());
        AssertHasRows(answer);
        Assert.Equal(700, answer.GetProperty("kiwis").GetInt32());
        var cues = answer.GetProperty("cues");
        Assert.Equal(
            "struct<image:string,label:string,width:int,height:int,pixels:binary,brightness:float,sharpness:float,content_hash:string,thumbnail:binary>",
            cues.GetProperty("schema").GetString());
        Assert.Equal((300, 30), (cues.GetProperty("rows").GetInt32(), cues.GetProperty("thumbnails").GetInt32()));
        var expected = SmallCues.Row(7);
        Assert.Equal([expected.Image, expected.Label, expected.ContentHash], cues.GetProperty("texts").EnumerateArray().Select(text => text.GetString()));
        Assert.Equal(expected.Picture, cues.GetProperty("pixels").EnumerateArray().Select(value => value.GetByte()));
    }

    [PandasFact]
    public void Pandas_reads_two_texts_and_a_list_of_float()
    {
        var answer = Answer(Tool.Run("python3", [Script("pandas"), Part()]));

        Assert.Equal("image:string label:string features:list<element: float not null>", answer.GetProperty("schema").GetString());
        AssertHasRows(answer);
    }

    private static void AssertHasRows(JsonElement answer)
    {
        Assert.Equal(Rows, answer.GetProperty("rows").GetInt32());
        var sum = Enumerable.Range(0, Rows).Sum(row => SmallPart.Values(row, Width).Sum(value => (double)value));
        Assert.Equal(1, answer.GetProperty("sum").GetDouble() / sum, 1e-12);
        Assert.Equal([SmallPart.Image(7), "apple"], answer.GetProperty("texts").EnumerateArray().Select(text => text.GetString()));
        Assert.Equal(SmallPart.Values(7, Width), answer.GetProperty("values").EnumerateArray().Select(value => value.GetSingle()));
    }

    private static JsonElement Answer(Tool python)
    {
        Assert.True(python.ExitCode == 0, python.Output);
        var line = python.Output.Split('\n').Single(text => text.StartsWith("{\"schema\"", StringComparison.Ordinal));
        return JsonDocument.Parse(line).RootElement;
    }

    private static string Script(string reader) => RepositoryRoot.File($"tests/job/Parquet/read_part_with_{reader}.py");

    private string Part() => _folder.Write("part.parquet", SmallPart.Write(Rows, Width));

    private sealed class PandasFactAttribute : FactAttribute
    {
        public PandasFactAttribute()
        {
            if (Tool.Run("python3", ["-c", "import pandas, pyarrow"]).ExitCode != 0)
                Skip = "python3 has no pandas with pyarrow.";
        }
    }
}
