using System.Text;
using Pomona.Contracts;

namespace Pomona.Contracts.Tests;

public sealed class KeyOrderTests
{
    [Fact]
    public void Any_two_keys_compare_as_their_bytes_in_utf8()
    {
        var random = new Random(7);
        string[] alphabet = ["a", "b", "/", ".", "-", " ", "é", "ÿ", "\uFFFD", "\uE000", "\uFB01", "漢", "🍎", "𝕏", "\U0010FFFF", "A", "Z", "0"];

        for (var round = 0; round < 20_000; round++)
        {
            var x = Key();
            var y = Key();
            var bytes = Encoding.UTF8.GetBytes(x).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(y));
            Assert.Equal(Math.Sign(bytes), Math.Sign(KeyOrder.Instance.Compare(x, y)));
        }

        string Key() => string.Concat(
            Enumerable.Range(0, random.Next(5)).Select(_ => alphabet[random.Next(alphabet.Length)]));
    }

    [Fact]
    public void A_file_comes_before_the_folder_of_its_stem()
        => Assert.True(KeyOrder.Instance.Compare("a.jpg", "a/b.jpg") < 0);
}
