namespace Pomona.Contracts.Tests;

public sealed class ImageFileNameTests
{
    [Theory]
    [InlineData("apple/1.jpg", FileKind.Image)]
    [InlineData("1.TIFF", FileKind.Image)]
    [InlineData("a.b/c d/1.WebP", FileKind.Image)]
    [InlineData("MACOSX/1.jpg", FileKind.Image)]
    [InlineData("lost+found.jpg", FileKind.Image)]
    [InlineData("apple/notes.txt", FileKind.Other)]
    [InlineData("apple/jpg", FileKind.Other)]
    [InlineData("._1.jpg", FileKind.Hidden)]
    [InlineData("apple/._1.jpg", FileKind.Hidden)]
    [InlineData(".DS_Store", FileKind.Hidden)]
    [InlineData(".git/lfs/1.jpg", FileKind.Hidden)]
    [InlineData("apple/.ipynb_checkpoints/1-checkpoint.png", FileKind.Hidden)]
    [InlineData(".Trash-1000/files/1.jpg", FileKind.Hidden)]
    [InlineData("__MACOSX/apple/1.jpg", FileKind.System)]
    [InlineData("apple/@eaDir/1.jpg/SYNOPHOTO_THUMB_M.jpg", FileKind.System)]
    [InlineData("lost+found/1.jpg", FileKind.System)]
    [InlineData("apple/lost+found/#1234/1.jpg", FileKind.System)]
    public void A_name_says_what_a_file_is_at_any_depth(string key, FileKind kind)
    {
        Assert.Equal(kind, ImageFileName.KindOf(key));
        Assert.Equal(kind == FileKind.Image, ImageFileName.IsImage(key));
    }

    [Fact]
    public void What_is_passed_over_is_counted_by_kind_with_the_first_of_each_as_its_example()
    {
        using var tally = new SnapshotTally();
        foreach (var key in (string[])[".DS_Store", "__MACOSX/1.jpg", "a/.x.jpg", "a/1.jpg", "a/2.txt", "a/lost+found/3.jpg", "b/"])
            tally.Add(new ManifestEntry(key, 1, "e"));

        Assert.Equal(1, tally.Images);
        Assert.Equal(
            new PassedOver(new PassedOverFiles(2, ".DS_Store"), new PassedOverFiles(2, "__MACOSX/1.jpg"), new PassedOverFiles(1, "a/2.txt")),
            tally.PassedOver);
        Assert.Equal(5, tally.SkippedFiles);
        Assert.Equal(
            "2 hidden ('.DS_Store'), 2 in a system's folder ('__MACOSX/1.jpg'), 1 of another type ('a/2.txt')",
            tally.PassedOver.ToString());
    }
}
