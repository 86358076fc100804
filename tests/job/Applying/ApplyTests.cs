using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using ParquetSharp;
using Pomona.Contracts;
using Pomona.Job.Applying;
using Pomona.Job.Parquet;
using Pomona.Job.Tests.Pipeline;
using Pomona.Storage;
using Pomona.Vision.Imaging;
using Pomona.Vision.Models.Catalog;

namespace Pomona.Job.Tests.Applying;

/// <summary>A run's model on images, as the command line has it, in this process.</summary>
public sealed class ApplyTests : IDisposable
{
    private readonly RunFixture _run = new();

    public void Dispose() => _run.Dispose();

    [Theory]
    [InlineData(ResizeFilter.Bicubic, DecodeMode.Exact, true)]
    [InlineData(ResizeFilter.Nearest, DecodeMode.Scaled, false)]
    public async Task What_is_said_of_a_run_s_own_images_is_what_the_run_has_of_them(ResizeFilter resize, DecodeMode decode, bool upright)
    {
        await RunFixture.RunAsync(_run.Request() with { Resize = resize, Decode = decode, HonourOrientation = upright });
        var (code, output, error) = await Apply(_run.Input, "--model", _run["out"], "--csv");

        Assert.Equal((0, ""), (code, error));
        var lines = output.TrimEnd('\n').Split('\n');
        Assert.Equal("image,class,probability," + string.Join(',', Enumerable.Range(1, 10).Select(k => $"component_{k}")), lines[0]);
        var expected = await ComponentsAsync();
        Assert.Equal(expected.Keys, lines[1..].Select(line => line.Split(',')[0]));
        var labels = JsonSerializer.Deserialize<string[]>(File.ReadAllBytes(_run["out/" + RunLayout.Labels]))!;
        foreach (var fields in lines[1..].Select(line => line.Split(',')))
        {
            var components = fields[3..].Select(Number).ToArray();
            var largest = expected[fields[0]].Max(Math.Abs);
            Assert.All(expected[fields[0]].Zip(components), pair => Assert.Equal(pair.First, pair.Second, 1e-4f * largest));
            Assert.Contains(fields[1], labels);
            Assert.InRange(Number(fields[2]), 1f / labels.Length, 1);
        }

        // Ten classes of fruit, learnt from these very images: nearly all are known again.
        Assert.True(lines[1..].Count(line => line.Split(',') is [var image, var label, ..] && image.StartsWith(label + "/", StringComparison.Ordinal)) > 30);
    }

    [Fact]
    public async Task Csv_json_and_parquet_say_the_same()
    {
        await RunFixture.RunAsync(_run.Request());
        var csv = (await Apply(_run.Input, "--model", _run["out"])).Output.TrimEnd('\n').Split('\n')[1..];
        var json = (await Apply(_run.Input, "--model", _run["out"], "--json")).Output.TrimEnd('\n').Split('\n');
        Assert.Equal((0, "", ""), await Apply(_run.Input, "--model", _run["out"], "--output", _run["answers/new.parquet"]));

        Assert.Equal(csv, json.Select(line =>
        {
            var one = JsonDocument.Parse(line).RootElement;
            return string.Join(',', (string[])
            [
                one.GetProperty("image").GetString()!, one.GetProperty("class").GetString()!, Text(one.GetProperty("probability").GetSingle()),
                .. one.GetProperty("components").EnumerateArray().Select(number => Text(number.GetSingle())),
            ]);
        }));
        using var file = new ParquetFileReader(_run["answers/new.parquet"]);
        using var group = file.RowGroup(0);
        using var images = group.Column(0).LogicalReader<string>();
        using var classes = group.Column(1).LogicalReader<string>();
        using var probabilities = group.Column(2).LogicalReader<float>();
        using var components = group.Column(3).LogicalReader<float[]>();
        var rows = csv.Length;
        Assert.Equal(rows, file.FileMetaData.NumRows);
        Assert.Equal(csv, images.ReadAll(rows).Zip(classes.ReadAll(rows), probabilities.ReadAll(rows)).Zip(components.ReadAll(rows))
            .Select(row => string.Join(',', (string[])[row.First.First, row.First.Second, Text(row.First.Third), .. row.Second.Select(Text)])));
        Assert.Equal(["new.parquet"], Directory.EnumerateFileSystemEntries(_run["answers"]).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Files_are_called_as_they_were_named_and_what_cannot_be_used_is_named_too()
    {
        await RunFixture.RunAsync(_run.Request());
        var good = Directory.EnumerateFiles(_run.Input, "*.jpg", SearchOption.AllDirectories).First();
        var bad = _run.Write("new/broken, really.jpg", "no picture"u8);

        var (code, output, error) = await Apply(good, bad, "--model", _run["out"]);
        Assert.Equal(0, code);
        Assert.StartsWith(good + ",", output.Split('\n')[1], StringComparison.Ordinal);
        Assert.Equal(2, output.TrimEnd('\n').Split('\n').Length);
        Assert.Contains($"rejected '{bad}': not an image: it is text", error, StringComparison.Ordinal);
        Assert.Contains("1 of 2 images could not be used", error, StringComparison.Ordinal);

        (code, output, error) = await Apply(bad, "--model", _run["out"]);
        Assert.Equal(((int)ExitCode.Input, ""), (code, output));
        Assert.Equal($"pomona: '{bad}' could not be used: not an image: it is text.\n", error);

        (code, _, error) = await Apply(_run["new"], "--model", _run["out"], "--output", _run["none.parquet"]);
        Assert.Equal((int)ExitCode.Input, code);
        Assert.DoesNotContain(".parquet", string.Join(' ', Directory.EnumerateFiles(_run[""])), StringComparison.Ordinal);
        Assert.DoesNotContain(".unfinished", string.Join(' ', Directory.EnumerateFiles(_run[""])), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fetched_run_is_enough_and_a_run_without_a_classifier_or_end_is_refused()
    {
        await RunFixture.RunAsync(_run.Request());
        using (var store = new FolderStore(_run[""]))
            await new RunDownload(store, "out/").CopyAsync(_run["fetched"], (_, _) => { }, CancellationToken.None);
        Assert.Equal(await Apply(_run.Input, "--model", _run["out"]), await Apply(_run.Input, "--model", _run["fetched"]));

        File.Delete(_run["fetched/" + RunLayout.ClassModel]);
        var (code, _, error) = await Apply(_run.Input, "--model", _run["fetched"]);
        Assert.Equal((int)ExitCode.Model, code);
        Assert.Contains("has no classifier", error, StringComparison.Ordinal);

        // Spark's own marker, in a folder that another program made.
        File.WriteAllText(_run["fetched/" + RunLayout.Marker], string.Empty);
        (code, _, error) = await Apply(_run.Input, "--model", _run["fetched"]);
        Assert.Equal((int)ExitCode.Model, code);
        Assert.Contains("is not the folder of a finished run", error, StringComparison.Ordinal);

        File.Delete(_run["fetched/" + RunLayout.Marker]);
        (code, _, error) = await Apply(_run.Input, "--model", _run["fetched"]);
        Assert.Equal((int)ExitCode.Model, code);
        Assert.Contains("is not the folder of a finished run", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_overwritten_and_nothing_is_begun_for_what_is_not_there()
    {
        await RunFixture.RunAsync(_run.Request());
        var there = _run.Write("there.parquet", "mine"u8);

        Assert.Equal((int)ExitCode.Conflict, (await Apply(_run.Input, "--model", _run["out"], "--output", there)).Code);
        Assert.Equal("mine", File.ReadAllText(there));
        Assert.Equal((int)ExitCode.Input, (await Apply(_run["nowhere"], "--model", _run["out"])).Code);
        Directory.CreateDirectory(_run["empty"]);
        Assert.Equal((int)ExitCode.Input, (await Apply(_run["empty"], "--model", _run["out"])).Code);
        Assert.Equal((int)ExitCode.Usage, (await Apply(_run.Input, "--model", _run["out"], "--csv", "--json")).Code);
        Assert.Equal((int)ExitCode.Usage, (await Apply(_run.Input, "--model", _run["out"], "--output", "s3://bucket/x.parquet")).Code);
    }

    [Fact]
    public void A_file_that_is_not_completed_leaves_nothing()
    {
        using (var file = new AppliedFile(_run["answers.parquet"], components: 2))
            file.Add(new AppliedImage("a.jpg", "apple", 0.5f, new float[2]));

        Assert.DoesNotContain(Directory.EnumerateFiles(_run[""]), name => name.Contains("answers", StringComparison.Ordinal) || name.Contains("unfinished", StringComparison.Ordinal));
    }

    [Fact]
    public void Names_with_commas_quotes_and_breaks_stay_one_field()
    {
        var text = new StringWriter();
        using var csv = new AppliedCsv(text, components: 1);
        csv.Add(new AppliedImage("a,\"b\"\n.jpg", "x", 0.25f, new float[] { -1.5f }));
        csv.Complete();

        Assert.Equal("image,class,probability,component_1\n\"a,\"\"b\"\"\n.jpg\",x,0.25,-1.5\n", text.ToString());
    }

    private static float Number(string text) => float.Parse(text, CultureInfo.InvariantCulture);

    private static string Text(float number) => number.ToString("R", CultureInfo.InvariantCulture);

    private async Task<SortedDictionary<string, float[]>> ComponentsAsync()
    {
        var found = new SortedDictionary<string, float[]>(KeyOrder.Instance);
        foreach (var part in Directory.EnumerateFiles(_run["out/components"]))
        {
            using var reader = new PartReader(await File.ReadAllBytesAsync(part));
            while (reader.ReadRowGroup(out var images, out _, out var values, out var rows))
            {
                for (var row = 0; row < rows; row++)
                    found.Add(images[row], values.AsSpan(row * reader.Width, reader.Width).ToArray());
            }
        }

        return found;
    }

    internal static async Task<(int Code, string Output, string Error)> Apply(params string[] arguments)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await Program.InvokeAsync(
            ["apply", .. arguments], TimeProvider.System, new ModelCatalogOptions(), new InvocationConfiguration { Output = output, Error = error });
        return (code, output.ToString(), error.ToString());
    }
}
