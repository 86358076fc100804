using System.Globalization;
using System.Text;
using Pomona.Contracts;
using Pomona.Job.Runs;

namespace Pomona.Job.Tests.Runs;

public sealed class AlikeNamesTests
{
    [Theory]
    [InlineData("caf\u00e9", "cafe\u0301")]
    [InlineData("Vi\u1ec7t", "Vie\u0323\u0302t")]
    [InlineData("Vi\u1ec7t", "Vie\u0302\u0323t")]
    [InlineData("\uc0ac\uacfc", "\u1109\u1161\u1100\u116a")]
    [InlineData("\u304c", "\u304b\u3099")]
    [InlineData("apple", "apple ")]
    [InlineData("red apple", "red\u00a0 apple")]
    [InlineData("apple", "ap\u200bple")]
    [InlineData("co-op", "co\u2011op")]
    [InlineData("apple", "Apple")]
    [InlineData("\u00e9t\u00e9", "E\u0301T\u00c9")]
    public void Names_that_a_person_or_a_disk_takes_for_one_are_alike(string one, string other)
        => Assert.Equal(AlikeNames.SeenOf(one), AlikeNames.SeenOf(other));

    [Theory]
    [InlineData("cafe", "caf\u00e9")]
    [InlineData("\u304b", "\u304c")]
    [InlineData("red apple", "redapple")]
    [InlineData("red_apple", "red apple")]
    [InlineData("apple1", "apple2")]
    [InlineData("\uc0ac", "\uc0ad")]
    public void Names_that_differ_to_the_eye_are_not(string one, string other)
        => Assert.NotEqual(AlikeNames.SeenOf(one), AlikeNames.SeenOf(other));

    [Fact]
    public void Letters_come_apart_as_Unicode_says()
    {
        var python = Tool.Run("python3", ["-c", """
            import unicodedata
            for c in range(0x80, 0x10000):
                d = unicodedata.normalize("NFD", chr(c))
                pair = unicodedata.decomposition(chr(c)).split()
                letter = 0xac00 <= c <= 0xd7a3 or len(pair) == 2 and pair[0][0] != "<" and unicodedata.category(chr(int(pair[0], 16)))[0] == "L"
                if unicodedata.category(chr(c))[0] == "L" and (letter or d == chr(c)):
                    print(f"{c:04x}", *(f"{ord(p):04x}" for p in d))
            """]);
        if (python.ExitCode != 0)
            return; // No Python: the names above are checked.

        foreach (var line in python.Output.Trim().Split('\n'))
        {
            var letters = line.Split(' ').Select(code => (char)int.Parse(code, NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToArray();
            Assert.True(string.Concat(letters[1..]) == ComposedLetters.Decompose(letters[0]), line);
        }
    }

    [Fact]
    public void Of_many_groups_a_summary_names_a_few_and_counts_all()
    {
        var totals = Totals(Enumerable.Range(0, 30).SelectMany(i => (string[])[$"a{i}", $"A{i}"]));

        var doubts = AlikeNames.DoubtsOf(totals, Plan(loose: null))!;

        Assert.Equal((10, 30, 0L), (doubts.Alike.Count, doubts.AlikeGroups, doubts.Loose));
        Assert.Equal(["A0", "a0"], doubts.Alike[0]);
        Assert.Equal("20 more groups of classes have such names.", RunRemarks.OnClasses(doubts).Last());
    }

    [Theory]
    [InlineData(null, null, null)]
    [InlineData(5L, null, null)] // all of them are in no folder
    [InlineData(2L, 2L, 3L)]
    public void A_folder_called_unlabelled_is_doubtful_where_other_images_are_in_none(long? loose, long? saidLoose, long? saidInFolder)
    {
        var doubts = AlikeNames.DoubtsOf(Totals(["kiwi", .. Enumerable.Repeat("unlabelled", 5)]), Plan(loose));

        Assert.Equal((saidLoose, saidInFolder), (doubts?.Loose, doubts?.InFolder));
    }

    private static RunTotals Totals(IEnumerable<string> labels) => new(
        1, 0, labels.GroupBy(label => label).ToDictionary(label => label.Key, label => label.LongCount()),
        new Dictionary<string, long>(), new Dictionary<string, long>(), []);

    private static RunPlan Plan(long? loose) => new("photos", 6, 6, 1, 512, 0, "f", Loose: loose);
}
