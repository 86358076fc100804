using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Pomona.Local.Aws;

/// <summary>Makes the identifiers that AWS would make; the same seed gives the same ones.</summary>
/// <param name="seed">What tells this account's identifiers from another's.</param>
internal sealed class IdSource(string seed)
{
    private long _made;

    /// <summary>An identifier in the form of a UUID.</summary>
    public string Uuid() => new Guid(Next().AsSpan(0, 16)).ToString("D", CultureInfo.InvariantCulture);

    /// <summary>A prefix and letters and digits, as in <c>j-3KV8XS4T2A9QF</c>.</summary>
    /// <param name="prefix">What comes before: <c>j-</c>.</param>
    /// <param name="length">How many letters and digits, at most 32.</param>
    public string Code(string prefix, int length)
    {
        const string Alphabet = "0123456789ABCDEFGHJKLMNPQRSTVWXYZ";
        var id = new StringBuilder(prefix);
        foreach (var value in Next().AsSpan(0, length))
            id.Append(Alphabet[value % Alphabet.Length]);
        return id.ToString();
    }

    private byte[] Next() => SHA256.HashData(Encoding.UTF8.GetBytes(
        string.Create(CultureInfo.InvariantCulture, $"{seed}/{Interlocked.Increment(ref _made)}")));
}
