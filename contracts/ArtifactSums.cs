using System.Text;
using System.Text.RegularExpressions;

namespace Pomona.Contracts;

/// <summary>A bundle's list (<see cref="BucketLayout.ArtifactList"/>): the SHA-256 of each of its files, by its path in the bundle.</summary>
public static partial class ArtifactSums
{
    /// <summary>The most bytes of a list: a line is about 100, and a bundle has about ten files.</summary>
    public const int Largest = 64 * 1024;

    /// <summary>The model, by its path in the bundle.</summary>
    public const string Model = "model/model.onnx";

    /// <summary>The model's description, likewise.</summary>
    public const string ModelDescription = "model/model.json";

    /// <summary>Reads a list.</summary>
    /// <param name="list">The whole of it.</param>
    /// <param name="bundle">The bundle's name, which is the list's own SHA-256.</param>
    /// <exception cref="FormatException">It is another bundle's, or no such list; the message is a clause that says so.</exception>
    public static IReadOnlyDictionary<string, string> Read(ReadOnlySpan<byte> list, string bundle)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        if (!string.Equals(Sha256Text.Of(list), bundle, StringComparison.OrdinalIgnoreCase))
            throw new FormatException("is not the list that its folder is named after");

        var sums = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in Encoding.UTF8.GetString(list).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (Line().Match(line) is not { Success: true } file)
                throw new FormatException($"has a line that ./pomona bundle does not write: '{Printable.Excerpt(line, 60)}'");
            sums[file.Groups[2].Value] = file.Groups[1].Value;
        }

        return sums;
    }

    /// <summary>Whether a text may be a bundle's name.</summary>
    public static bool IsBundle(string? text) => text is not null && Name().IsMatch(text);

    [GeneratedRegex(@"\A[0-9a-f]{64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Name();

    // As bootstrap/install-node.sh reads it.
    [GeneratedRegex(@"\A([0-9a-f]{64})  ([A-Za-z0-9_][A-Za-z0-9._-]*(?:/[A-Za-z0-9_][A-Za-z0-9._-]*)*)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Line();
}
