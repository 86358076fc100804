using Microsoft.AspNetCore.Http.Features;

namespace Pomona.Local.S3;

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

/// <summary>Names an S3 request's operation from its method, address and headers.</summary>
internal static class S3Operation
{
    /// <summary>The operation: <c>PutObject</c>, <c>GetBucketNotificationConfiguration</c>, …</summary>
    public static string Of(HttpRequest request)
    {
        var (bucket, key) = S3Address.Of(request);
        var query = request.Query;
        if (bucket.Length == 0)
            return "ListBuckets";
        if (key.Length == 0)
        {
            if (query.ContainsKey("notification"))
                return HttpMethods.IsPut(request.Method) ? "PutBucketNotificationConfiguration" : "GetBucketNotificationConfiguration";
            if (query.ContainsKey("policy"))
            {
                return HttpMethods.IsPut(request.Method) ? "PutBucketPolicy"
                    : HttpMethods.IsDelete(request.Method) ? "DeleteBucketPolicy" : "GetBucketPolicy";
            }

            if (HttpMethods.IsPost(request.Method) && query.ContainsKey("delete"))
                return "DeleteObjects";
            if (query.ContainsKey("list-type"))
                return "ListObjectsV2";
            return $"{request.Method} bucket{request.QueryString}";
        }

        return request.Method switch
        {
            "GET" when query.ContainsKey("uploadId") => "ListParts",
            "GET" when Sub(query) is null => "GetObject",
            "HEAD" => "HeadObject",
            "PUT" when query.ContainsKey("partNumber") =>
                request.Headers.ContainsKey("x-amz-copy-source") ? "UploadPartCopy" : "UploadPart",
            "PUT" when Sub(query) is null => request.Headers.ContainsKey("x-amz-copy-source") ? "CopyObject" : "PutObject",
            "POST" when query.ContainsKey("uploads") => "CreateMultipartUpload",
            "POST" when query.ContainsKey("uploadId") => "CompleteMultipartUpload",
            "DELETE" when query.ContainsKey("uploadId") => "AbortMultipartUpload",
            "DELETE" when Sub(query) is null => "DeleteObject",
            _ => $"{request.Method} object?{Sub(query)}",
        };
    }

    private static string? Sub(IQueryCollection query) => query.Keys.FirstOrDefault(
        key => key is "acl" or "tagging" or "retention" or "legal-hold" or "torrent" or "attributes" or "restore" or "select");
}
