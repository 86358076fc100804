using System.Security.Cryptography;

namespace Pomona.Contracts;

/// <summary>SHA-256 as everything here writes it: 64 lower-case hexadecimal digits.</summary>
public static class Sha256Text
{
    /// <summary>Of some content.</summary>
    public static string Of(ReadOnlySpan<byte> content) => Convert.ToHexString(SHA256.HashData(content)).ToLowerInvariant();

    /// <summary>Of a stream, from where it stands to its end.</summary>
    public static string Of(Stream content) => Convert.ToHexString(SHA256.HashData(content)).ToLowerInvariant();

    /// <summary>Of what a hash has been given so far; it begins anew.</summary>
    public static string Of(IncrementalHash hash)
    {
        ArgumentNullException.ThrowIfNull(hash);
        return Convert.ToHexString(hash.GetHashAndReset()).ToLowerInvariant();
    }
}
