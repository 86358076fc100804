namespace Pomona.Contracts;

/// <summary>
/// The order of images in a snapshot: by the bytes of their keys in UTF-8, which is the order in which S3 lists a bucket
/// (general purpose buckets; https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html). It compares whole
/// keys, not folder by folder: <c>a.jpg</c> comes before <c>a/b.jpg</c>, because <c>.</c> is before <c>/</c>.
/// </summary>
public sealed class KeyOrder : IComparer<string>
{
    /// <summary>The order.</summary>
    public static KeyOrder Instance { get; } = new();

    private KeyOrder()
    {
    }

    /// <summary>
    /// Compares without encoding: UTF-8's order is that of code points, which differs from that of UTF-16 only where a
    /// surrogate meets a character from U+E000 on (Unicode Standard, section 5.17).
    /// </summary>
    public int Compare(string? x, string? y)
    {
        if (x is null || y is null)
            return x is null ? (y is null ? 0 : -1) : 1;

        var common = x.AsSpan().CommonPrefixLength(y);
        return common < x.Length && common < y.Length
            ? InCodePointOrder(x[common]).CompareTo(InCodePointOrder(y[common]))
            : x.Length.CompareTo(y.Length);
    }

    private static int InCodePointOrder(char unit) => unit switch
    {
        < '\uD800' => unit,
        < '\uE000' => unit + 0x2000, // surrogates: after every other unit
        _ => unit - 0x800,
    };
}
