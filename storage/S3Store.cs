using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Pomona.Contracts;

namespace Pomona.Storage;

/// <summary>
/// A prefix of an S3 bucket as a store. A put is whole or nothing by S3's own promise; slow-downs and broken connections
/// are retried by the SDK's standard mode before they count.
/// </summary>
public sealed class S3Store(IAmazonS3 client, string bucket, string prefix) : IStore
{
    private const int CreateAttempts = 5;
    private const int BodyAttempts = 5;

    /// <inheritdoc/>
    public string Address => $"s3://{bucket}/{prefix}";

    /// <inheritdoc/>
    /// <remarks>A get answers in 20–50 ms and an image costs about 7 ms of one core: eight per core keep it busy.</remarks>
    public int ReadsInFlight => Math.Max(32, 8 * Environment.ProcessorCount);

    /// <inheritdoc/>
    public async IAsyncEnumerable<StoredObject> ListAsync(
        string below,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        var request = new ListObjectsV2Request { BucketName = bucket, Prefix = prefix + below };
        ListObjectsV2Response page;
        do
        {
            page = await Guard(Address, () => client.ListObjectsV2Async(request, cancellation), cancellation).ConfigureAwait(false);
            foreach (var item in page.S3Objects ?? [])
            {
                // The placeholder that a console makes for an empty folder.
                if (item.Key.EndsWith('/') && item.Size is 0 or null)
                    continue;

                yield return new StoredObject(item.Key[prefix.Length..], item.Size ?? 0, item.ETag.Trim('"'));
            }

            request.ContinuationToken = page.NextContinuationToken;
        }
        while (page.IsTruncated == true);
    }

    /// <inheritdoc/>
    public Task<PooledBytes> ReadAsync(string key, string? etag, CancellationToken cancellation)
        => Guard(key, () => Read(key, etag, cancellation), cancellation);

    /// <inheritdoc/>
    public async Task<bool> ExistsAsync(string key, CancellationToken cancellation)
    {
        try
        {
            await Guard(
                key,
                () => client.GetObjectMetadataAsync(
                    new GetObjectMetadataRequest { BucketName = bucket, Key = prefix + key }, cancellation),
                cancellation).ConfigureAwait(false);
            return true;
        }
        catch (StoreException missing) when (missing.Fault == StoreFault.Missing)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public Task WriteAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellation)
        => Guard(key, () => Put(key, content, null, null, cancellation), cancellation);

    /// <inheritdoc/>
    public async Task<bool> TryCreateAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellation)
    {
        for (var attempt = 0; attempt < CreateAttempts; attempt++)
        {
            if (await TryPutAsync(key, content, "*", null, cancellation).ConfigureAwait(false) is not null)
                return true;
            if (await ExistsAsync(key, cancellation).ConfigureAwait(false))
                return false;

            // Refused, and there is nothing: S3 answers 409 to a put that met another request for the same key.
        }

        throw new StoreException(
            StoreFault.Unreachable, $"s3://{bucket} keeps refusing '{Printable.Excerpt(key)}' although there is no such object");
    }

    /// <inheritdoc/>
    public Task DeleteAsync(string key, CancellationToken cancellation) => Guard(
        key,
        () => client.DeleteObjectAsync(new DeleteObjectRequest { BucketName = bucket, Key = prefix + key }, cancellation),
        cancellation);

    /// <inheritdoc/>
    public async Task<IWriterLock> LockAsync(string key, TimeProvider time, CancellationToken cancellation)
        => await S3Lock.TakeAsync(this, key, time, cancellation).ConfigureAwait(false);

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();

    /// <summary>
    /// Writes an object if none is there (<paramref name="ifNoneMatch"/> <c>*</c>) or if it is still of one version
    /// (<paramref name="ifMatch"/>); the new version, or null where the condition does not hold.
    /// </summary>
    internal async Task<string?> TryPutAsync(
        string key,
        ReadOnlyMemory<byte> content,
        string? ifNoneMatch,
        string? ifMatch,
        CancellationToken cancellation)
    {
        try
        {
            return (await Guard(key, () => Put(key, content, ifNoneMatch, ifMatch, cancellation), cancellation)
                .ConfigureAwait(false)).ETag;
        }
        catch (StoreException lost) when (lost.Fault == StoreFault.Changed || (lost.Fault == StoreFault.Missing && ifMatch is not null))
        {
            return null;
        }
    }

    /// <summary>Reads a small object with its version; null when there is none.</summary>
    internal async Task<(byte[] Content, string ETag)?> TryReadVersionAsync(string key, CancellationToken cancellation)
    {
        try
        {
            return await Guard<(byte[], string)?>(
                key,
                async () =>
                {
                    using var response = await client.GetObjectAsync(
                        new GetObjectRequest { BucketName = bucket, Key = prefix + key }, cancellation).ConfigureAwait(false);
                    using var content = new MemoryStream();
                    await response.ResponseStream.CopyToAsync(content, cancellation).ConfigureAwait(false);
                    return (content.ToArray(), response.ETag);
                },
                cancellation).ConfigureAwait(false);
        }
        catch (StoreException missing) when (missing.Fault == StoreFault.Missing)
        {
            return null;
        }
    }

    /// <summary>The SDK tries a request again until its headers are there; a body that breaks off is for its reader.</summary>
    private async Task<PooledBytes> Read(string key, string? etag, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var response = await client.GetObjectAsync(
                new GetObjectRequest { BucketName = bucket, Key = prefix + key, EtagToMatch = etag }, cancellation).ConfigureAwait(false);
            var bytes = new PooledBytes((int)Math.Clamp(response.ContentLength + 1, 1, Array.MaxLength));
            try
            {
                await bytes.FillAsync(response.ResponseStream, cancellation).ConfigureAwait(false);
                return bytes.Length >= response.ContentLength
                    ? bytes
                    : throw new EndOfStreamException($"only {bytes.Length} of {response.ContentLength} bytes of '{Printable.Excerpt(key)}' came");
            }
            catch (Exception broken) when (attempt < BodyAttempts && IsOfConnection(broken, cancellation))
            {
                bytes.Dispose();
            }
            catch
            {
                bytes.Dispose();
                throw;
            }
        }
    }

    private async Task<PutObjectResponse> Put(
        string key,
        ReadOnlyMemory<byte> content,
        string? ifNoneMatch,
        string? ifMatch,
        CancellationToken cancellation)
    {
        using var stream = new MemoryStream(content.ToArray(), writable: false);
        return await client.PutObjectAsync(
            new PutObjectRequest
            {
                BucketName = bucket,
                Key = prefix + key,
                InputStream = stream,
                IfNoneMatch = ifNoneMatch,
                IfMatch = ifMatch,
                ContentType = ContentTypeOf(key),
            },
            cancellation).ConfigureAwait(false);
    }

    private static string ContentTypeOf(string key) => Path.GetExtension(key) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".json" => "application/json",
        ".jsonl" => "application/x-ndjson",
        _ when key.EndsWith(RunLayout.Marker, StringComparison.Ordinal) => "application/json",
        _ => "application/octet-stream",
    };

    /// <summary>Runs a call and says in one clause what went wrong.</summary>
    private async Task<T> Guard<T>(string key, Func<Task<T>> call, CancellationToken cancellation)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (AmazonS3Exception cause)
        {
            throw Failure(key, cause);
        }
        catch (Exception cause) when (IsOfConnection(cause, cancellation))
        {
            throw new StoreException(
                StoreFault.Unreachable, $"no answer from {client.Config.ServiceURL ?? "S3"} for s3://{bucket}: {cause.Message}", cause);
        }
    }

    private static bool IsOfConnection(Exception cause, CancellationToken cancellation) => !cancellation.IsCancellationRequested
        && cause is HttpRequestException or SocketException or IOException or AmazonClientException or OperationCanceledException;

    private StoreException Failure(string key, AmazonS3Exception cause)
    {
        var shown = Printable.Excerpt(key);
        return cause.StatusCode switch
        {
            HttpStatusCode.NotFound when cause.ErrorCode == "NoSuchBucket"
                => new(StoreFault.Missing, $"there is no bucket '{bucket}'", cause),
            HttpStatusCode.NotFound
                => new(StoreFault.Missing, $"'{shown}' is not there any more", cause),
            HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized
                => new(StoreFault.Forbidden, $"access denied to '{shown}' in s3://{bucket} ({cause.ErrorCode})", cause),
            HttpStatusCode.PreconditionFailed or HttpStatusCode.Conflict
                => new(StoreFault.Changed, $"'{shown}' has changed since the snapshot", cause),
            _ => new(StoreFault.Unreachable, $"s3://{bucket} answered {(int)cause.StatusCode} {cause.ErrorCode} for '{shown}'", cause),
        };
    }
}
