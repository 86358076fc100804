using System.Globalization;
using Pomona.Job.Parquet;
using Pomona.Vision.Imaging;

namespace Pomona.Job.Tests.Parquet;

public sealed class CuesPartTests
{
    [Fact]
    public void Thumbnails_are_read_back_of_those_that_are_wanted_and_have_one()
    {
        var part = CuesPart.Write(SmallCues.Rows(600));

        var found = CuesPart.ReadThumbnails(part, image => image != SmallCues.Image(20));

        Assert.Equal(
            Enumerable.Range(0, 600).Where(row => row % 10 == 0 && row != 20).Select(SmallCues.Image).Order(),
            found.Keys.Order());
        Assert.Equal(SmallCues.Row(30).Thumbnail, found[SmallCues.Image(30)]);
    }

    [Fact]
    public void Equal_rows_give_equal_bytes() => Assert.Equal(CuesPart.Write(SmallCues.Rows(300)), CuesPart.Write(SmallCues.Rows(300)));

    [Fact]
    public void A_shard_of_rejected_images_has_a_part_without_rows()
        => Assert.Empty(CuesPart.ReadThumbnails(CuesPart.Write([]), _ => true));

    [Fact]
    public void A_damaged_part_is_no_part()
    {
        var part = CuesPart.Write(SmallCues.Rows(100));
        Assert.Throws<InvalidDataException>(() => CuesPart.ReadThumbnails(part.AsMemory(0, part.Length / 2), _ => true));
        Assert.Throws<InvalidDataException>(() => CuesPart.ReadThumbnails(SmallPart.Write(10, 4), _ => true));
        part[60] ^= 1;
        Assert.Throws<InvalidDataException>(() => CuesPart.ReadThumbnails(part, _ => true));
    }
}

/// <summary>Records whose every number follows from their place.</summary>
internal static class SmallCues
{
    public static string Image(int row) => $"poire d'été/{row:D5} 🍐.jpg";

    public static IReadOnlyList<ImageRecord> Rows(int count) => [.. Enumerable.Range(0, count).Select(Row)];

    public static ImageRecord Row(int row) => new(
        Image(row),
        "poire d'été",
        550 + row,
        row % 200,
        [.. Enumerable.Range(0, ImageCues.PictureBytes).Select(i => (byte)(i * row))],
        new ImageCues(row, 2 * row),
        row.ToString("x32", CultureInfo.InvariantCulture),
        row % 10 == 0 ? [.. Enumerable.Range(0, 100 + row).Select(i => (byte)(i + row))] : null);
}
