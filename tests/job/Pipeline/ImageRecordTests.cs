using System.Collections.Concurrent;
using System.IO.Hashing;
using DuckDB.NET.Data;
using Pomona.Contracts;
using Pomona.Job.Parquet;
using Pomona.Storage;
using Pomona.Vision.Decoding;
using Pomona.Vision.Imaging;
using Pomona.Vision.Resizing;
using Pomona.Vision.Vips;

namespace Pomona.Job.Tests.Pipeline;

/// <summary>What is looked at once is kept once.</summary>
public sealed class ImageRecordTests : IDisposable
{
    private readonly RunFixture _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task Every_image_that_gave_features_has_its_record_beside_them()
    {
        _run.Write("fruits/apple/damaged.jpg", "no image"u8);
        var photo = Photo(330, 110);
        _run.Write("fruits/apple/wide.jpg", photo);
        await RunFixture.RunAsync(_run.Request());

        using var duckDb = new DuckDBConnection("DataSource=:memory:");
        duckDb.Open();
        var query = duckDb.CreateCommand();
        query.CommandText =
            $"SELECT image, label, width, height, content_hash, octet_length(pixels), brightness FROM '{_run["out"]}/cues/*.parquet' ORDER BY image";
        using var rows = query.ExecuteReader();
        var found = new List<(string Image, string Label, int Width, int Height, string Hash)>();
        while (rows.Read())
        {
            found.Add((rows.GetString(0), rows.GetString(1), rows.GetInt32(2), rows.GetInt32(3), rows.GetString(4)));
            Assert.Equal(ImageCues.PictureBytes, Convert.ToInt32(rows.GetValue(5), System.Globalization.CultureInfo.InvariantCulture));
            Assert.InRange(rows.GetFloat(6), 1, 254);
        }

        query.CommandText = $"SELECT count(*) FROM '{_run["out"]}/cues/*.parquet' AS c JOIN '{_run["out"]}/features/*.parquet' AS f USING (image, label)";
        Assert.Equal((long)found.Count, query.ExecuteScalar());
        Assert.Equal(41, found.Count);
        Assert.DoesNotContain(found, row => row.Image == "apple/damaged.jpg");
        Assert.Equal(
            ("apple/wide.jpg", "apple", 330, 110, Convert.ToHexString(XxHash128.Hash(photo)).ToLowerInvariant()),
            found.Single(row => row.Image == "apple/wide.jpg"));
        Assert.All(found.Where(row => row.Image != "apple/wide.jpg"), row => Assert.Equal((48, 48), (row.Width, row.Height)));
    }

    [Fact]
    public async Task No_image_is_read_twice_and_the_report_has_its_thumbnails()
    {
        _run.Write("fruits/apple/wide.jpg", Photo(330, 110));
        using var input = new CountingStore(new FolderStore(_run.Input));

        await RunFixture.RunAsync(_run.Request(), input: input);

        Assert.Equal(41, input.Read.Count);
        Assert.All(input.Read, image => Assert.Equal(1, image.Value));
        var thumbnails = Thumbnails();
        Assert.Equal(41, thumbnails.Count);
        using var decoder = new ImageDecoder(new DecodeSettings());
        using var thumbnail = new RgbImage();
        decoder.Decode(thumbnails["apple/wide.jpg"], thumbnail);
        Assert.Equal((64, 21), (thumbnail.Width, thumbnail.Height));
        // In the map's data, and one of them among the odd sizes.
        Assert.Equal(41, File.ReadAllText(_run["out/" + RunLayout.Report]).Split("\"/9j/").Length - 1);
        Assert.False(File.Exists(_run["out/" + RunLayout.Sample]));
    }

    [Fact]
    public async Task Records_that_were_lost_are_made_again_and_the_features_stay()
    {
        await RunFixture.RunAsync(_run.Request());
        var before = _run.Lasting("out");
        File.Delete(_run["out/" + RunLayout.Cues(1)]);
        var features = File.GetLastWriteTimeUtc(_run["out/" + RunLayout.Features(1)]);

        await RunFixture.RunAsync(_run.Request());

        Assert.Equal(before, _run.Lasting("out"));
        Assert.Equal(features, File.GetLastWriteTimeUtc(_run["out/" + RunLayout.Features(1)]));
    }

    [Fact]
    public async Task A_run_that_decodes_at_a_scale_says_so_sees_whole_sizes_and_is_not_gone_on_with_in_the_other_mode()
    {
        _run.Write("fruits/apple/large.jpg", Photo(800, 600));
        await RunFixture.RunAsync(_run.Request("exact"));

        await RunFixture.RunAsync(_run.Request() with { Decode = DecodeMode.Scaled });

        Assert.Matches("\"decode\": ?\"scaled\"", File.ReadAllText(_run["out/" + RunLayout.PcaJson]));
        Assert.Contains("<dt>--decode</dt><dd><bdi>scaled</bdi>", File.ReadAllText(_run["out/" + RunLayout.Report]), StringComparison.Ordinal);
        var (exact, scaled) = (FeaturesOf("exact"), FeaturesOf("out"));
        Assert.Equal(["apple/large.jpg"], exact.Keys.Where(image => !exact[image].SequenceEqual(scaled[image])));
        Assert.Equal(1, Cosine(exact["apple/large.jpg"], scaled["apple/large.jpg"]), 0.01);
        var refused = await Assert.ThrowsAsync<PomonaException>(() => RunFixture.RunAsync(_run.Request()));
        Assert.Contains("--decode was scaled and is now exact", refused.Message, StringComparison.Ordinal);
    }

    private static byte[] Photo(int width, int height)
    {
        using var image = new RgbImage();
        image.Reset(width, height);
        for (var i = 0; i < image.Pixels.Length; i++)
            image.Pixels[i] = (byte)(128 + (90 * Math.Sin(i / (3.0 * width) / 7) * Math.Cos(i % (3 * width) / 21.0)) + (i * 7919 % 23));
        return JpegEncoder.Encode(image, 90);
    }

    private static double Cosine(float[] a, float[] b)
        => a.Zip(b, (x, y) => (double)x * y).Sum() / Math.Sqrt(a.Sum(x => (double)x * x) * b.Sum(y => (double)y * y));

    private Dictionary<string, byte[]> Thumbnails() => Directory.GetFiles(_run["out/cues"])
        .SelectMany(part => CuesPart.ReadThumbnails(File.ReadAllBytes(part), _ => true))
        .ToDictionary(image => image.Key, image => image.Value);

    private Dictionary<string, float[]> FeaturesOf(string output)
    {
        var found = new Dictionary<string, float[]>();
        foreach (var path in Directory.GetFiles(_run[output + "/features"]))
        {
            using var part = new PartReader(File.ReadAllBytes(path));
            while (part.ReadRowGroup(out var images, out _, out var values, out var rows))
            {
                for (var row = 0; row < rows; row++)
                    found[images[row]] = values.AsSpan(row * part.Width, part.Width).ToArray();
            }
        }

        return found;
    }

    private sealed class CountingStore(IStore store) : ForwardingStore(store)
    {
        public ConcurrentDictionary<string, int> Read { get; } = new();

        public override Task<PooledBytes> ReadAsync(string key, string? etag, CancellationToken cancellation)
        {
            Read.AddOrUpdate(key, 1, (_, times) => times + 1);
            return base.ReadAsync(key, etag, cancellation);
        }
    }
}
