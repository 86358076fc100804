using System.Globalization;
using System.Numerics.Tensors;
using System.Text.Json;
using System.Text.RegularExpressions;
using DuckDB.NET.Data;
using Microsoft.ML.OnnxRuntime;
using ParquetSharp;
using Pomona.Contracts;
using Pomona.Job.Tests.Parquet;
using Pomona.Job.Tests.Pipeline;
using Pomona.Vision.Imaging;
using Pomona.Vision.Resizing;
using Pomona.Vision.Decoding;
using Pomona.Vision.Formats;

namespace Pomona.Job.Tests.Applying;

/// <summary>docs/using-results.md on a run: each piece of code in it does what the document says, where its tool is at hand.</summary>
public sealed partial class UsingResultsTests : IDisposable
{
    private static readonly string Document = File.ReadAllText(RepositoryRoot.File("docs/using-results.md"));

    private readonly RunFixture _run = new();
    private readonly string _photo;

    public UsingResultsTests() => _photo = Directory.EnumerateFiles(_run.Input, "*.jpg", SearchOption.AllDirectories).Order(StringComparer.Ordinal).First();

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task Its_sql_is_answered_by_DuckDb()
    {
        _run.Write("fruits/apple/twice.jpg", File.ReadAllBytes(_photo));
        _run.Write("fruits/apple/broken.jpg", "no picture"u8);
        await RunFixture.RunAsync(_run.Request());
        using var duckDb = new DuckDBConnection("DataSource=:memory:");
        duckDb.Open();

        string[][] Ask(string statement)
        {
            using var command = duckDb.CreateCommand();
            command.CommandText = statement;
            using var reader = command.ExecuteReader();
            var rows = new List<string[]>();
            while (reader.Read())
                rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(i => reader.GetValue(i) is System.Collections.IEnumerable list and not string
                    ? string.Join(' ', list.Cast<object>()) : Convert.ToString(reader.GetValue(i), CultureInfo.InvariantCulture)!)]);
            return [.. rows];
        }

        var answers = Here(Code("sql")[0]).Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Ask).ToArray();

        Assert.Equal(41, answers[0].Sum(row => int.Parse(row[1], CultureInfo.InvariantCulture)));
        Assert.Equal(10, answers[1].Length);
        Assert.Contains("apple/twice.jpg", Assert.Single(answers[2])[1], StringComparison.Ordinal);
        Assert.Equal("1", Assert.Single(answers[3])[1]);
        Assert.Contains(answers[4], static row => row[0] == FindingKind.Duplicate && row[1] == "apple/twice.jpg");
    }

    [ExhaustiveSparkFact]
    public async Task Its_sql_is_answered_by_Spark()
    {
        await RunFixture.RunAsync(_run.Request());
        var script = _run.Write("ask.py", System.Text.Encoding.UTF8.GetBytes(
            "import sys\nfrom pyspark.sql import SparkSession\nfor row in SparkSession.builder.master('local[2]').getOrCreate().sql(sys.argv[1]).collect(): print('row', *row)\n"));

        var ran = RealSpark.Run(script, Here(Code("sql")[1]).TrimEnd(';', '\n'));

        Assert.True(ran.ExitCode == 0, ran.Output);
        Assert.Equal(10, ran.Output.Split('\n').Count(line => line.StartsWith("row ", StringComparison.Ordinal)));
    }

    [PythonFact("import numpy, pandas, pyarrow")]
    public async Task Its_python_reads_the_components()
    {
        await RunFixture.RunAsync(_run.Request());
        Assert.Contains("(40, 10)", Ran("python3", "components.py", Code("python")[0]), StringComparison.Ordinal);
    }

    [PythonFact("import numpy, onnxruntime, PIL")]
    public async Task Its_python_names_the_class_that_apply_names()
    {
        await RunFixture.RunAsync(_run.Request());
        var answer = Ran("python3", "classify.py", Code("python")[1]).Trim().Split(' ');

        var (label, probability) = await AppliedAsync();
        Assert.Equal(label, answer[0]);
        Assert.Equal(probability, float.Parse(answer[1], CultureInfo.InvariantCulture), 1e-3f);
    }

    [NodeFact("")]
    public async Task Its_javascript_reads_what_is_json()
    {
        await RunFixture.RunAsync(_run.Request());
        Assert.Equal("40 images of 10 classes, 0 rejected\n", Ran("node", "summary.mjs", Code("js")[0]));
    }

    [NodeFact("require('onnxruntime-node');require('sharp')")]
    public async Task Its_javascript_names_a_class()
    {
        await RunFixture.RunAsync(_run.Request());
        var answer = Ran("node", "classify.mjs", Code("js")[1]).Trim().Split(' ');

        Assert.Contains(answer[0], JsonSerializer.Deserialize<string[]>(File.ReadAllBytes(_run["out/" + RunLayout.Labels]))!);
        Assert.InRange(float.Parse(answer[1], CultureInfo.InvariantCulture), 0.1f, 1);
    }

    [Fact]
    public async Task Its_csharp_is_this_and_finds_the_images_most_like_one_and_names_the_class_that_apply_names()
    {
        await RunFixture.RunAsync(_run.Request());
        var (output, there) = (new StringWriter(), Console.Out);

        MostAlike(_run["out"], output);

        var lines = output.ToString().TrimEnd('\n').Split('\n');
        Assert.Equal(10, lines.Length);
        Assert.StartsWith(Path.GetRelativePath(_run.Input, _photo) + " ", lines[0], StringComparison.Ordinal);

        var (label, probability) = await AppliedAsync();
        using var session = new InferenceSession(_run["out/" + RunLayout.ClassModel]);
        var said = Classify(session, Pixels());
        Assert.Equal(label, said.Class);
        Assert.Equal(probability, said.Probability, 1e-5f);

        // What was run is what the document shows.
        var source = Plain(File.ReadAllText(RepositoryRoot.File("tests/job/Applying/UsingResultsTests.cs")));
        Assert.All(Code("csharp"), code => Assert.Contains(
            Plain(code.Replace("\"runs/fruits/components\"", "$\"{run}/components\"", StringComparison.Ordinal).Replace("Console.WriteLine", "output.WriteLine", StringComparison.Ordinal)),
            source, StringComparison.Ordinal));
    }

    private static void MostAlike(string run, StringWriter output)
    {
        var images = new List<(string Image, string Label, float[] Components)>();
        foreach (var part in Directory.EnumerateFiles($"{run}/components").Order(StringComparer.Ordinal))
        {
            using var file = new ParquetFileReader(part);
            for (var number = 0; number < file.FileMetaData.NumRowGroups; number++)
            {
                using var group = file.RowGroup(number);
                var rows = (int)group.MetaData.NumRows;
                using var names = group.Column(0).LogicalReader<string>();
                using var labels = group.Column(1).LogicalReader<string>();
                using var components = group.Column(2).LogicalReader<float[]>();
                images.AddRange(names.ReadAll(rows).Zip(labels.ReadAll(rows), components.ReadAll(rows)));
            }
        }

        foreach (var near in images.OrderBy(one => TensorPrimitives.Distance(one.Components, images[0].Components)).Take(10))
            output.WriteLine($"{near.Image} {near.Label}");
    }

    private static (string Class, float Probability) Classify(InferenceSession session, byte[] rgb)
    {
        var notes = session.ModelMetadata.CustomMetadataMap;
        var labels = JsonSerializer.Deserialize<string[]>(notes["pomona.labels"])!;
        float[] Numbers(string name) => [.. notes[name].Split(' ').Select(number => float.Parse(number, CultureInfo.InvariantCulture))];
        var (mean, scale) = (Numbers("pomona.scaling_mean"), Numbers("pomona.scaling_scale"));
        var (width, height) = (int.Parse(notes["pomona.input_width"], CultureInfo.InvariantCulture), int.Parse(notes["pomona.input_height"], CultureInfo.InvariantCulture));
        var isPlanes = notes["pomona.layout"] == "Nchw";
        var pixels = new float[rgb.Length];
        for (var i = 0; i < rgb.Length; i++)
            pixels[isPlanes ? (i % 3 * width * height) + (i / 3) : i] = (rgb[i] - mean[i % 3]) * scale[i % 3];
        using var image = OrtValue.CreateTensorValueFromMemory(pixels, isPlanes ? [1, 3, height, width] : [1, height, width, 3]);
        using var options = new RunOptions();
        using var answers = session.Run(options, session.InputNames, [image], ["probabilities"]);
        var probabilities = answers[0].GetTensorDataAsSpan<float>();
        var best = TensorPrimitives.IndexOfMax(probabilities);
        return (labels[best], probabilities[best]);
    }

    /// <summary>The photo as the model's input has it.</summary>
    private byte[] Pixels()
    {
        var file = File.ReadAllBytes(_photo);
        using var decoder = new ImageDecoder(new DecodeSettings());
        using var image = new RgbImage();
        decoder.Decode(ImageHeader.Read(file), file, image);
        using var resizer = new PixelResizer(ResizeFilter.Bicubic, 32, 32);
        var pixels = new byte[32 * 32 * 3];
        resizer.Resize(image, pixels);
        return pixels;
    }

    private async Task<(string Class, float Probability)> AppliedAsync()
    {
        var answer = (await ApplyTests.Apply(_photo, "--model", _run["out"])).Output.Split('\n')[1].Split(',');
        return (answer[1], float.Parse(answer[2], CultureInfo.InvariantCulture));
    }

    private string Ran(string program, string name, string code)
    {
        var script = _run.Write(name, System.Text.Encoding.UTF8.GetBytes(Here(code)));
        var ran = Tool.Run("env", ["NODE_PATH=" + NodeFactAttribute.Modules, program, script]);
        Assert.True(ran.ExitCode == 0, ran.Output);
        return ran.Output;
    }

    /// <summary>The document's code with this test's run and image.</summary>
    private string Here(string code) => code
        .Replace("runs/fruits/", _run["out"] + "/", StringComparison.Ordinal)
        .Replace("`runs/fruits", "`" + _run["out"], StringComparison.Ordinal)
        .Replace("photo.jpg", _photo, StringComparison.Ordinal);

    private static string[] Code(string language) => [.. Fence().Matches(Document).Where(match => match.Groups[1].Value == language).Select(match => match.Groups[2].Value)];

    private static string Plain(string code) => string.Join('\n', code.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0));

    [GeneratedRegex("^```([a-z]+)\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();
}

/// <summary>A test that wants Python with these modules.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PythonFactAttribute : FactAttribute
{
    public PythonFactAttribute(string imports)
    {
        Imports = imports;
        if (Tool.Run("python3", ["-c", imports]).ExitCode != 0)
            Skip = $"python3 cannot '{imports}'.";
    }

    /// <summary>What it must be able to do.</summary>
    public string Imports { get; }
}

/// <summary>A test that wants Node.js with these modules; they are found where the benchmark's peer is installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NodeFactAttribute : FactAttribute
{
    public NodeFactAttribute(string requires)
    {
        Requires = requires;
        if (Tool.Run("env", ["NODE_PATH=" + Modules, "node", "-e", requires]).ExitCode != 0)
            Skip = requires.Length == 0 ? "node is not installed." : $"node cannot '{requires}': ./pomona bench throughput installs what it needs.";
    }

    /// <summary>Where packages are.</summary>
    public static string Modules { get; } = RepositoryRoot.File("bench/throughput/node_modules");

    /// <summary>What it must be able to do.</summary>
    public string Requires { get; }
}
