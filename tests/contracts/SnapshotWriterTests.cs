using System.Text;
using System.Text.Json;

namespace Pomona.Contracts.Tests;

public sealed class SnapshotWriterTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(4, 1)]
    [InlineData(5, 2)]
    [InlineData(8, 2)]
    public void Only_the_last_shard_lists_fewer_images_than_the_shard_size(int images, int shards)
    {
        var (manifests, plan) = Write(Enumerable.Range(0, images).Select(Entry), 4);

        Assert.Equal(shards, plan.Shards);
        Assert.Equal(images, plan.Images);
        Assert.Equal(Enumerable.Range(0, shards).Select(RunLayout.Manifest), manifests.Select(m => m.Path));
        Assert.All(manifests.SkipLast(1), m => Assert.Equal(4, m.Images));
        Assert.Equal(images, manifests.Sum(m => m.Images));
        Assert.All(manifests, m => Assert.Equal(m.Images, plan.ImagesOf(m.Index)));
        for (var first = 0; first < shards; first++)
        {
            for (var count = 1; first + count <= shards; count++)
                Assert.Equal(manifests.Skip(first).Take(count).Sum(m => m.Images), plan.ImagesOf(first, count));
        }
    }

    [Fact]
    public void Every_line_reads_back_as_the_image_it_came_from()
    {
        ManifestEntry[] entries = [new("a\n/été \"1\".jpg", 3, "x"), new("b/🍎.png", 0, "y-2"), new("c.webp", 9, "z")];

        var (manifests, plan) = Write(entries, 2);

        var lines = manifests.SelectMany(m => Encoding.UTF8.GetString(m.Content.Span).TrimEnd('\n').Split('\n'));
        Assert.Equal(entries, lines.Select(l => JsonSerializer.Deserialize(l, ContractJson.Readable.ManifestEntry)));
        Assert.Equal(12, plan.Bytes);
        using var tally = new SnapshotTally();
        Assert.All(entries, entry => Assert.True(tally.Add(entry)));
        Assert.Equal((tally.Images, tally.Bytes, tally.Fingerprint), (plan.Images, plan.Bytes, plan.Fingerprint));
    }

    [Fact]
    public void What_is_no_image_is_counted_and_changes_neither_shards_nor_fingerprint()
    {
        var (_, bare) = Write([Entry(1)], 4);
        var (_, plan) = Write([new("0/", 0, "e"), new("0/readme.txt", 5, "e"), Entry(1), new("x/._1.jpg", 5, "e")], 4);

        Assert.Equal(2, plan.SkippedFiles);
        Assert.Equal(
            bare with
            {
                SkippedFiles = 2,
                PassedOver = new PassedOver(Hidden: new PassedOverFiles(1, "x/._1.jpg"), Other: new PassedOverFiles(1, "0/readme.txt")),
            },
            plan);
        Assert.Null(bare.PassedOver);
    }

    [Fact]
    public void Bytes_beyond_a_small_image_s_are_summed_up_by_what_their_format_costs()
    {
        const long small = LargeImageBytes.SmallImage;
        var (_, plan) = Write(
            [
                new("a/1.jpg", small, "e"), new("a/2.JPEG", small + 1, "e"), new("a/3.jfif", small + 2, "e"), new("a/4.webp", small + 4, "e"),
                new("a/5.heic", small + 8, "e"), new("a/6.AVIF", small + 16, "e"), new("a/7.jxl", small + 32, "e"), new("a/8.png", small + 64, "e"),
                new("a/9.tif", small + 128, "e"), new("b/1.txt", 10 * small, "e"), new("c.jpg/1.bmp", small + 256, "e"),
            ],
            4);

        Assert.Equal(new LargeImageBytes(Jpeg: 3, WebP: 4, Heif: 8, Other: 448, Avif: 16, JpegXl: 32), plan.Large);
        Assert.Equal(plan, JsonSerializer.Deserialize(JsonSerializer.Serialize(plan, ContractJson.Readable.RunPlan), ContractJson.Readable.RunPlan));
        Assert.Null(Write([new("a/1.heic", small, "e")], 4).Plan.Large);
    }

    [Fact]
    public void A_folder_that_cannot_be_listed_is_told_unless_nothing_of_it_would_be_used()
    {
        var (_, plan) = Write(
            [new("a/", 0, "etag"), new("b/c/", 0, ManifestEntry.Unreadable), new("d/1.jpg", 1, "e"), new("e/.trash/", 0, ManifestEntry.Unreadable), new("lost+found/", 0, ManifestEntry.Unreadable)],
            4);

        Assert.Equal((1, 0), (plan.Images, plan.SkippedFiles));
        Assert.Equal(new PassedOver(Folders: new PassedOverFiles(1, "b/c/")), plan.PassedOver);
    }

    [Fact]
    public void Images_in_no_folder_are_counted()
    {
        var (_, plan) = Write([new("1.jpg", 1, "e"), new("2.jpg", 1, "e"), new("a/1.jpg", 1, "e"), new("readme.txt", 1, "e")], 4);

        Assert.Equal((3, 2), (plan.Images, plan.Loose));
        Assert.Null(Write([Entry(1)], 4).Plan.Loose);
    }

    [Theory]
    [InlineData("b.jpg", "a.jpg")]
    [InlineData("a.jpg", "a.jpg")]
    public void Keys_out_of_order_are_refused(string first, string second)
        => Assert.Throws<InvalidOperationException>(() => Write([new(first, 1, "e"), new(second, 1, "e")], 4));

    [Fact]
    public void A_shard_keeps_its_content_while_the_next_one_is_filled()
    {
        var (manifests, _) = Write(Enumerable.Range(0, 20).Select(Entry), 4);

        Assert.Equal(manifests.Count, manifests.Select(m => Encoding.UTF8.GetString(m.Content.Span)).Distinct().Count());
    }

    private static ManifestEntry Entry(int index) => new($"apple/{index:D4}.jpg", index, $"etag{index}");

    private static (List<ManifestShard> Manifests, RunPlan Plan) Write(IEnumerable<ManifestEntry> entries, int shardSize)
    {
        using var writer = new SnapshotWriter("/fruits/", shardSize);
        var manifests = new List<ManifestShard>();
        foreach (var entry in entries)
        {
            if (writer.Add(entry, out var shard))
                manifests.Add(shard);
        }

        var plan = writer.Complete(out var last);
        if (last is not null)
            manifests.Add(last);
        return (manifests, plan);
    }
}
