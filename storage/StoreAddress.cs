using Pomona.Contracts;

namespace Pomona.Storage;

/// <summary>Opens the store that an address names: <c>s3://bucket/prefix</c>, <c>file:///path</c> or a local path.</summary>
public static class StoreAddress
{
    private const string S3Scheme = "s3://";

    /// <summary>Whether the address is in S3.</summary>
    public static bool IsS3(string address) => address.StartsWith(S3Scheme, StringComparison.OrdinalIgnoreCase);

    /// <summary>The address of what a store holds.</summary>
    /// <param name="store">The store.</param>
    /// <param name="key">The key of an object, or a folder; empty for the store itself.</param>
    public static string Of(IStore store, string key)
    {
        ArgumentNullException.ThrowIfNull(store);
        return store.Address + (key.Length == 0 || store.Address.EndsWith('/') ? string.Empty : "/") + key;
    }

    /// <summary>Opens the store.</summary>
    /// <param name="address">Where it is.</param>
    /// <param name="retries">How often a request to S3 that fails for the moment is tried again, with exponential back-off.</param>
    /// <param name="isClosed">Whether a folder's links that lead out of it are refused (<see cref="FolderStore"/>).</param>
    /// <exception cref="PomonaException">The address is not one.</exception>
    public static IStore Open(string address, int retries = S3ClientFactory.Retries, bool isClosed = false)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (IsS3(address))
        {
            var (bucket, prefix) = SplitS3(address);
            return new S3Store(S3ClientFactory.Create(retries), bucket, prefix);
        }

        return new FolderStore(LocalPath(address), isClosed);
    }

    /// <summary>The bucket and the prefix, which is empty or ends with a slash.</summary>
    public static (string Bucket, string Prefix) SplitS3(string address)
    {
        var rest = address[S3Scheme.Length..];
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        var bucket = slash < 0 ? rest : rest[..slash];
        var prefix = slash < 0 ? string.Empty : rest[(slash + 1)..].TrimEnd('/');
        if (bucket.Length is < 3 or > 63 || bucket.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '.' or '_')))
        {
            throw new PomonaException(
                ExitCode.Usage,
                $"'{Printable.Excerpt(address)}' names no bucket: write s3://bucket/prefix.");
        }

        return (bucket, prefix.Length == 0 ? string.Empty : prefix + "/");
    }

    private static string LocalPath(string address)
    {
        var path = Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.IsFile
            && address.StartsWith("file:", StringComparison.OrdinalIgnoreCase)
            ? uri.LocalPath
            : address;
        if (string.IsNullOrWhiteSpace(path) || path.Contains('\0', StringComparison.Ordinal))
            throw new PomonaException(ExitCode.Usage, "an empty path names no folder: write a folder or s3://bucket/prefix.");

        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (full.Contains('\uFFFD', StringComparison.Ordinal) && !Path.Exists(full))
        {
            throw new PomonaException(
                ExitCode.Usage, $"the name of the folder '{Printable.Excerpt(path)}' is not UTF-8, and could mean several: rename it.");
        }

        return RealPath(full);
    }

    /// <summary>One folder has one address, whatever links and detours lead to it: a run is found again by it.</summary>
    private static string RealPath(string full)
    {
        var missing = string.Empty;
        for (var path = full; path is not null; path = Path.GetDirectoryName(path))
        {
            if (PosixFile.RealPath(path) is { } real)
                return Path.Combine(real, missing);
            missing = missing.Length == 0 ? Path.GetFileName(path) : Path.Combine(Path.GetFileName(path), missing);
        }

        return full;
    }
}
