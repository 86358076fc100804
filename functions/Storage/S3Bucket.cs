using System.Net;
using System.Runtime.CompilerServices;
using Amazon.S3;
using Amazon.S3.Model;

namespace Pomona.Functions.Storage;

/// <summary>The bucket in S3.</summary>
internal sealed class S3Bucket(IAmazonS3 s3, string name) : IBucket
{
    public string Name => name;

    public async Task<StoredObject?> GetAsync(string key, int maxBytes, CancellationToken cancellation)
    {
        try
        {
            using var response = await s3.GetObjectAsync(
                new GetObjectRequest { BucketName = name, Key = key }, cancellation);
            var content = new byte[Math.Min(maxBytes, response.ContentLength)];
            await using var stream = response.ResponseStream;
            var read = await stream.ReadAtLeastAsync(content, content.Length, throwOnEndOfStream: false, cancellation);
            return new StoredObject(content.AsMemory(0, read), response.ETag, response.ContentLength > maxBytes);
        }
        catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    public Task PutAsync(string key, ReadOnlyMemory<byte> content, string contentType, CancellationToken cancellation)
        => s3.PutObjectAsync(Put(key, content, contentType), cancellation);

    public Task<bool> PutIfAbsentAsync(
        string key, ReadOnlyMemory<byte> content, string contentType, CancellationToken cancellation)
    {
        var put = Put(key, content, contentType);
        put.IfNoneMatch = "*";
        return IsGrantedAsync(() => s3.PutObjectAsync(put, cancellation));
    }

    public Task<bool> PutIfMatchAsync(
        string key, ReadOnlyMemory<byte> content, string contentType, string etag, CancellationToken cancellation)
    {
        var put = Put(key, content, contentType);
        put.IfMatch = etag;
        return IsGrantedAsync(() => s3.PutObjectAsync(put, cancellation));
    }

    public Task<bool> DeleteIfMatchAsync(string key, string etag, CancellationToken cancellation)
        => IsGrantedAsync(() => s3.DeleteObjectAsync(
            new DeleteObjectRequest { BucketName = name, Key = key, IfMatch = etag }, cancellation));

    public async IAsyncEnumerable<ListedObject> ListAsync(
        string prefix, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var request = new ListObjectsV2Request { BucketName = name, Prefix = prefix };
        var next = s3.ListObjectsV2Async(request, cancellation);
        do
        {
            var page = await next;
            request.ContinuationToken = page.NextContinuationToken;
            // The next page travels while this one is worked on.
            if (page.IsTruncated is true)
                next = s3.ListObjectsV2Async(request, cancellation);

            foreach (var item in page.S3Objects ?? [])
            {
                yield return new ListedObject(
                    item.Key, item.Size ?? 0, item.ETag.Trim('"'), item.LastModified ?? default(DateTimeOffset));
            }
        }
        while (request.ContinuationToken is not null);
    }

    private PutObjectRequest Put(string key, ReadOnlyMemory<byte> content, string contentType) => new()
    {
        BucketName = name,
        Key = key,
        ContentType = contentType,
        InputStream = new MemoryStream(content.ToArray(), writable: false),
    };

    /// <summary>412: the condition did not hold; 404: nothing to match; 409: another conditional write came in between.</summary>
    private static async Task<bool> IsGrantedAsync(Func<Task> call)
    {
        try
        {
            await call();
            return true;
        }
        catch (AmazonS3Exception e) when (e.StatusCode
            is HttpStatusCode.PreconditionFailed or HttpStatusCode.NotFound or HttpStatusCode.Conflict)
        {
            return false;
        }
    }
}
