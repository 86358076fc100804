using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Pomona.Contracts;

/// <summary>
/// A folder under <c>datasets/</c> that holds images and is no data set, because its name is not a <see cref="DatasetName"/>:
/// the object <c>locks/misnamed/&lt;SHA-256 of the name&gt;</c>, by which of many upload events one leads to a mail.
/// </summary>
/// <param name="Folder">Its name as uploaded; empty for images that lie directly under <c>datasets/</c>.</param>
/// <param name="ToldAt">When somebody was last told, UTC.</param>
public sealed record MisnamedFolder(string Folder, DateTimeOffset ToldAt)
{
    /// <summary>The key of the folder's object; no data set's lock can have it, for their names hold no slash.</summary>
    public static string KeyOf(string folder)
        => $"{BucketLayout.Locks}misnamed/{Sha256Text.Of(Encoding.UTF8.GetBytes(folder))}";

    /// <summary>The misnamed folder that an uploaded image lies in; false for all else, data sets' images included.</summary>
    /// <param name="key">The object's key, URL-decoded.</param>
    /// <param name="folder">The folder's name.</param>
    public static bool TryGet(string key, [NotNullWhen(true)] out string? folder)
    {
        folder = null;
        if (key is null || !key.StartsWith(BucketLayout.Datasets, StringComparison.Ordinal))
            return false;

        var path = key[BucketLayout.Datasets.Length..];
        if (!ImageFileName.IsImage(path))
            return false;
        var name = path.IndexOf('/', StringComparison.Ordinal) is > -1 and var end ? path[..end] : string.Empty;
        if (!DatasetName.TryParse(name, out _))
            folder = name;
        return folder is not null;
    }

    /// <summary>A data set's name as near to the folder's as the rule allows.</summary>
    public static DatasetName SuggestionFor(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        var name = new StringBuilder();
        foreach (var letter in folder)
        {
            if (char.IsAsciiLetterOrDigit(letter) || letter == '_')
                name.Append(letter);
            else if (name.Length > 0 && name[^1] != '-')
                name.Append('-');
        }

        var plain = name.ToString().TrimStart('_').TrimEnd('-');
        return DatasetName.TryParse(plain.Length > DatasetName.MaxLength ? plain[..DatasetName.MaxLength].TrimEnd('-') : plain, out var suggestion)
            ? suggestion
            : DatasetName.Parse("images");
    }
}
