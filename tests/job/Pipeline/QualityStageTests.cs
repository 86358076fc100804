using System.Text;
using System.Text.Json;
using DuckDB.NET.Data;
using Pomona.Contracts;
using Pomona.Job.Pipeline;
using Pomona.Job.Quality;
using Pomona.Job.Runs;
using Pomona.Storage;
using Pomona.Vision.Decoding;
using Pomona.Vision.Imaging;
using Pomona.Vision.Vips;

namespace Pomona.Job.Tests.Pipeline;

/// <summary>A run looks its images through, writes what may be wrong with them, and shows it.</summary>
public sealed class QualityStageTests : IDisposable
{
    private readonly RunFixture _run = new(perClass: 3);

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task A_run_over_drawn_fruit_finds_nothing_and_its_page_says_so()
    {
        await RunFixture.RunAsync(_run.Request());

        Assert.Empty(Found());
        Assert.Contains("Nothing was found: no copies", Page(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_planted_is_found_listed_and_shown_and_read_by_DuckDb()
    {
        Plant();
        await RunFixture.RunAsync(_run.Request());

        var found = Found();
        Assert.Equal(
            [("apple/again.jpg", "apple/again.jpg", Finding.Classes), ("pear/twice.jpg", "apple/again.jpg", Finding.Classes)],
            found.Where(static finding => finding.Kind == FindingKind.Duplicate).Select(static finding => (finding.Image, finding.Group!, finding.Across!)));
        Assert.All(
            (string[])[FindingKind.NearDuplicate, FindingKind.Dark, FindingKind.Bright, FindingKind.Blurred, FindingKind.Size],
            kind => Assert.Contains(found, finding => finding.Kind == kind));
        var page = Page();
        Assert.Contains("grep '\"finding\":\"dark\"' quality.jsonl", page, StringComparison.Ordinal);
        Assert.Contains("<bdi>apple/dark.jpg</bdi>", page, StringComparison.Ordinal);

        using var duckDb = new DuckDBConnection("DataSource=:memory:");
        duckDb.Open();
        using var query = duckDb.CreateCommand();
        query.CommandText = $"SELECT count(*) FROM '{_run["out"]}/{RunLayout.Quality}' WHERE score >= 0.25";
        Assert.Equal((long)found.Count, query.ExecuteScalar());
    }

    [Fact]
    public async Task However_a_run_is_cut_into_shards_its_findings_are_the_same_to_the_byte()
    {
        Plant();
        await RunFixture.RunAsync(_run.Request("a", shardSize: 5, threads: 1));
        await RunFixture.RunAsync(_run.Request("b", shardSize: 512, threads: 2));

        Assert.Equal(File.ReadAllText(_run["a/" + RunLayout.Quality]), File.ReadAllText(_run["b/" + RunLayout.Quality]));
        Assert.NotEmpty(Found("a"));
    }

    [Fact]
    public async Task Images_that_are_taken_over_from_an_earlier_run_are_looked_through_like_new_ones()
    {
        await RunFixture.RunAsync(_run.Request("first"));
        Plant();
        await RunFixture.RunAsync(_run.Request("scratch"));
        var grown = await RunFixture.RunAsync(_run.Request("grown") with { Since = _run["first"] });

        Assert.Equal(30, grown.Summary.TakenOver);
        Assert.Equal(File.ReadAllText(_run["scratch/" + RunLayout.Quality]), File.ReadAllText(_run["grown/" + RunLayout.Quality]));
    }

    [Fact]
    public async Task Copies_across_training_and_test_are_told_and_no_split_is_a_class()
    {
        foreach (var image in Directory.GetFiles(_run.Input, "*.jpg", SearchOption.AllDirectories))
            _run.Write(Path.Combine("split/Training", Path.GetRelativePath(_run.Input, image)), File.ReadAllBytes(image));
        _run.Write("split/Test/pear/leaked.jpg", File.ReadAllBytes(Directory.GetFiles(_run["fruits/pear"])[0]));

        await RunFixture.RunAsync(_run.Request() with { Input = _run["split"] });

        var leaked = Found().Where(static finding => finding.Kind == FindingKind.Duplicate).ToArray();
        Assert.Equal(2, leaked.Length);
        Assert.All(leaked, static finding => Assert.Equal(("pear", Finding.Split), (finding.Label, finding.Across)));
    }

    [Fact]
    public async Task Photographs_are_compared_by_their_features_too()
    {
        foreach (var (name, seed) in new[] { ("one", 1), ("other", 2) })
            _run.Write($"fruits/apple/{name}.png", Photograph(260, 240, seed));
        await RunFixture.RunAsync(_run.Request());
        using var output = new FolderStore(_run["out"]);
        var (reading, images) = await ReadAsync(output, QualityReading.MostBytes);

        var (features, note) = await reading.PhotographsAsync(images, CancellationToken.None);

        Assert.Null(note);
        Assert.Equal(["apple/one.png", "apple/other.png"], features!.Images.Select(image => images.Images[image]));
        Assert.Equal((TinyModel.Features, 2 * TinyModel.Features), (features.Width, features.Rows.Length));
        Assert.Contains(features.Rows, static value => value != 0);
    }

    [Fact]
    public async Task Beyond_the_budget_a_seeded_sample_is_looked_through_and_equal_files_are_found_all_the_same()
    {
        Plant();
        await RunFixture.RunAsync(_run.Request());
        using var output = new FolderStore(_run["out"]);
        var (_, all) = await ReadAsync(output, QualityReading.MostBytes);
        var (reading, sample) = await ReadAsync(output, mostBytes: 30 * 1_000);

        Assert.InRange(sample.Count, 1, all.Count - 10);
        Assert.Subset(all.Images.ToHashSet(), sample.Images.ToHashSet());
        Assert.All(Enumerable.Range(0, sample.Count), image =>
        {
            var same = all.Images.ToList().IndexOf(sample.Images[image]);
            Assert.Equal(all.PictureOf(same), sample.PictureOf(image));
            Assert.Equal((all.LabelOf(same), all.Sizes[same], all.ContentHashes[same]), (sample.LabelOf(image), sample.Sizes[image], sample.ContentHashes[image]));
        });
        var (_, copies) = await reading.ImagesAsync(CancellationToken.None);
        Assert.Equal(["apple/again.jpg", "pear/twice.jpg"], copies.Select(static copy => copy.Image));
    }

    private async Task<(QualityReading Reading, ExaminedImages Images)> ReadAsync(FolderStore output, long mostBytes)
    {
        var settings = RunSettings.FromJson(await File.ReadAllBytesAsync(_run["out/" + RunLayout.Settings]));
        var plan = (await PlanFile.TryReadAsync(output, CancellationToken.None))!;
        var ledger = new Ledger(output, settings.Run);
        var totals = await RunTotals.ReadAsync(ledger, output, plan, static _ => { }, CancellationToken.None);
        var reading = new QualityReading(new RunParts(output, ledger), plan, totals, components: 10, settings.Model.FeatureWidth, mostBytes);
        return (reading, (await reading.ImagesAsync(CancellationToken.None)).Images);
    }

    /// <summary>A copy in another class, one that is encoded again, one that is dark, one that is bright, one without structure and one that is long.</summary>
    private void Plant()
    {
        var photo = File.ReadAllBytes(Directory.GetFiles(_run["fruits/pear"]).Order(StringComparer.Ordinal).First());
        _run.Write("fruits/pear/twice.jpg", Photograph(60, 60, seed: 5));
        _run.Write("fruits/apple/again.jpg", Photograph(60, 60, seed: 5));
        _run.Write("fruits/pear/saved again.jpg", EncodedAgain(photo));
        _run.Write("fruits/apple/dark.jpg", Plain(48, 48, 20));
        _run.Write("fruits/apple/bright.jpg", Plain(48, 48, 252));
        _run.Write("fruits/apple/long.jpg", Photograph(480, 48, seed: 6));
    }

    private static byte[] EncodedAgain(byte[] photo)
    {
        using var decoder = new ImageDecoder(new DecodeSettings());
        using var image = new RgbImage();
        decoder.Decode(photo, image);
        return JpegEncoder.Encode(image, 90);
    }

    private static byte[] Plain(int width, int height, byte level)
    {
        using var image = new RgbImage();
        image.Reset(width, height);
        image.Pixels.Fill(level);
        return JpegEncoder.Encode(image, 90);
    }

    private static byte[] Photograph(int width, int height, int seed)
    {
        using var image = new RgbImage();
        image.Reset(width, height);
        var pixels = image.Pixels;
        for (var i = 0; i < pixels.Length; i++)
        {
            var (x, y, channel) = (i / 3 % width, i / 3 / width, i % 3);
            pixels[i] = (byte)(128 + (60 * Math.Sin((x * (seed + channel) / 9.0) + (y / (4.0 + seed)))) + (40 * Math.Cos(y * (seed + 1) / 7.0)));
        }

        return JpegEncoder.Encode(image, 90);
    }

    private IReadOnlyList<Finding> Found(string output = "out") => [.. File
        .ReadAllLines(_run[$"{output}/{RunLayout.Quality}"], Encoding.UTF8)
        .Select(static line => JsonSerializer.Deserialize(line, ContractJson.Readable.Finding)!)];

    private string Page() => System.Net.WebUtility.HtmlDecode(File.ReadAllText(_run["out/" + RunLayout.Report]));
}
