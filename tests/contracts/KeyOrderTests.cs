using System.Text;
using CsCheck;
using Pomona.Contracts;

namespace Pomona.Contracts.Tests;

public sealed class KeyOrderTests
{
    private static readonly Gen<string> Keys = Gen.OneOf(
        "a", "b", "/", ".", "-", " ", "é", "ÿ", "\uFFFD", "\uE000", "\uFB01", "漢", "🍎", "𝕏", "\U0010FFFF", "A", "Z", "0")
        .Array[0, 4].Select(string.Concat);

    [Fact]
    public void Any_two_keys_compare_as_their_bytes_in_utf8()
        => Gen.Select(Keys, Keys).Sample(
            (x, y) => Math.Sign(Encoding.UTF8.GetBytes(x).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(y)))
                == Math.Sign(KeyOrder.Instance.Compare(x, y)),
            iter: 20_000);

    [Fact]
    public void A_file_comes_before_the_folder_of_its_stem()
        => Assert.True(KeyOrder.Instance.Compare("a.jpg", "a/b.jpg") < 0);
}
