using System.Security.Cryptography;
using Pomona.Contracts;

namespace Pomona.Samples.Tests;

public sealed class SampleFolderTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("pomona-samples-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Ten_classes_with_as_many_images_as_asked_for_and_nothing_else_are_drawn()
    {
        Draw("a", perClass: 2);

        Assert.Equal(
            SampleClass.All.SelectMany(known => new[] { $"{known.Name}/{known.Name}_drawn_0001.jpg", $"{known.Name}/{known.Name}_drawn_0002.jpg" }),
            Content("a").Keys);
    }

    [Fact]
    public void The_same_seed_draws_the_same_bytes_and_another_seed_draws_others()
    {
        Draw("a", perClass: 2);
        Draw("b", perClass: 2);
        Draw("c", perClass: 2, seed: 2);

        Assert.Equal(Content("a"), Content("b"));
        Assert.All(Content("c"), image => Assert.NotEqual(Content("a")[image.Key], image.Value));
    }

    [Fact]
    public void No_two_images_are_alike()
    {
        Draw("a", perClass: 5);

        Assert.Equal(50, Content("a").Values.Distinct().Count());
    }

    [Fact]
    public void More_images_of_a_seed_begin_with_the_fewer_ones()
    {
        Draw("a", perClass: 1);
        Draw("b", perClass: 3);

        var more = Content("b");
        Assert.All(Content("a"), image => Assert.Equal(image.Value, more[image.Key]));
    }

    [Fact]
    public void Earlier_samples_are_replaced_whole()
    {
        Draw("a", perClass: 3);
        Draw("a", perClass: 1, seed: 7);

        Assert.Equal(10, Content("a").Count);
    }

    [Theory]
    [InlineData("holiday.jpg")]
    [InlineData("kiwi/holiday.jpg")]
    [InlineData("kiwi/kiwi_drawn_.jpg")]
    [InlineData("kiwi/kiwi_drawn_00x1.jpg")]
    [InlineData("mango/mango_drawn_0001.jpg")]
    [InlineData("kiwi/kiwi_drawn_0001.jpg")]
    [InlineData("kiwi/kiwi_drawn_7777.jpg")]
    [InlineData(".pomona-drawing/kiwi/holiday.jpg")]
    [InlineData(".pomona-drawing/kiwi/kiwi_drawn_0001.jpg")]
    [InlineData(".pomona-drawing/album/holiday.jpg")]
    [InlineData(".pomona-drawing/held")]
    public void A_folder_that_holds_anything_else_is_left_alone(string foreign)
    {
        Draw("a", perClass: 1);
        var file = Path.Combine(_root, "a", foreign);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, "mine");
        var before = Content("a");

        var refused = Assert.Throws<PomonaException>(() => Draw("a", perClass: 1, seed: 2));

        Assert.Contains("not drawn by this program", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, Content("a"));
    }

    [Fact]
    public void A_drawn_image_that_was_changed_since_is_left_alone()
    {
        Draw("a", perClass: 1);
        var file = Path.Combine(_root, "a", "lemon", "lemon_drawn_0001.jpg");
        var changed = File.ReadAllBytes(file);
        changed[^40] ^= 1;
        File.WriteAllBytes(file, changed);

        var refused = Assert.Throws<PomonaException>(() => Draw("a", perClass: 1));

        Assert.Equal(ExitCode.Conflict, refused.Code);
        Assert.Contains("lemon/lemon_drawn_0001.jpg, which was not drawn by this program, or was changed since", refused.Message, StringComparison.Ordinal);
        Assert.Equal(changed, File.ReadAllBytes(file));
    }

    [Fact]
    public void What_somebody_puts_among_the_images_while_others_are_drawn_is_left_alone()
    {
        Draw("a", perClass: 1);
        var mine = Path.Combine(_root, "a", "pear", "holiday.jpg");

        var refused = Assert.Throws<PomonaException>(() => SampleFolder.Write(
            Path.Combine(_root, "a"), 2, 1, 32, () => File.WriteAllText(mine, "mine"), CancellationToken.None));

        Assert.Contains("pear/holiday.jpg", refused.Message, StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(mine));
    }

    [Fact]
    public void A_drawing_that_was_killed_leaves_cut_files_that_the_next_one_clears_away()
    {
        Draw("whole", perClass: 1);
        var drawn = File.ReadAllBytes(Path.Combine(_root, "whole", "kiwi", "kiwi_drawn_0001.jpg"));
        var aside = Directory.CreateDirectory(Path.Combine(_root, "a", ".pomona-drawing", "kiwi")).FullName;
        File.WriteAllBytes(Path.Combine(aside, "kiwi_drawn_0001.jpg"), drawn);
        File.WriteAllBytes(Path.Combine(aside, "kiwi_drawn_0002.jpg"), drawn[..(drawn.Length / 2)]);
        File.WriteAllBytes(Path.Combine(aside, "kiwi_drawn_0003.jpg"), []);

        Draw("a", perClass: 1);

        Assert.Equal(Content("whole"), Content("a"));
    }

    [Fact]
    public void An_interrupted_drawing_shows_nothing_and_the_next_one_clears_it_away()
    {
        using var stop = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(
            () => SampleFolder.Write(Path.Combine(_root, "a"), 3, 1, 32, stop.Cancel, stop.Token));
        Assert.DoesNotContain(Content("a").Keys, name => !name.StartsWith('.'));

        Draw("a", perClass: 1);
        Draw("b", perClass: 1);
        Assert.Equal(Content("b"), Content("a"));
    }

    [Fact]
    public void Two_drawings_into_one_folder_do_not_mix()
    {
        PomonaException? refused = null;
        SampleFolder.Write(
            Path.Combine(_root, "a"),
            perClass: 1,
            seed: 1,
            size: 32,
            () => Interlocked.CompareExchange(
                ref refused, Assert.Throws<PomonaException>(() => Draw("a", perClass: 1, seed: 2)), null),
            CancellationToken.None);

        Assert.Contains("another process is drawing", refused!.Message, StringComparison.Ordinal);
    }

    private void Draw(string folder, int perClass, int seed = 1)
        => SampleFolder.Write(Path.Combine(_root, folder), perClass, seed, size: 32, () => { }, CancellationToken.None);

    private SortedDictionary<string, string> Content(string folder)
    {
        var path = Path.Combine(_root, folder);
        return new(
            Directory.EnumerateFiles(path, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 })
                .ToDictionary(file => Path.GetRelativePath(path, file), file => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)))),
            StringComparer.Ordinal);
    }
}
