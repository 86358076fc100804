using Microsoft.AspNetCore.Http.Features;

namespace Pomona.Local.Storage;

/// <summary>The bucket and the key that an S3 request is about; empty where it names none.</summary>
/// <param name="Bucket">The bucket.</param>
/// <param name="Key">The key, URL-decoded.</param>
internal readonly record struct S3Address(string Bucket, string Key)
{
    /// <summary>Reads a path-style address, or a virtual-hosted one such as <c>bucket.localhost:4577</c>.</summary>
    public static S3Address Of(HttpRequest request)
    {
        // Not Path: it is decoded but for %2F, so that a key with a slash and one with the text "%2F" look the same.
        var target = request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var path = Uri.UnescapeDataString(target.Split('?')[0].TrimStart('/'));
        var host = request.Host.Host;
        if (host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase))
        {
            var bucket = host[..^".localhost".Length];
            return new S3Address(bucket.EndsWith(".s3", StringComparison.Ordinal) ? bucket[..^3] : bucket, path);
        }

        var slash = path.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? new S3Address(path, string.Empty) : new S3Address(path[..slash], path[(slash + 1)..]);
    }
}
