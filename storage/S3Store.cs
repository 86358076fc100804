using System.Buffers;
using System.Collections.Frozen;
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
/// are retried by the SDK's standard mode before they count. An ETag is S3's, without its quotes.
/// </summary>
public sealed class S3Store(IAmazonS3 client, string bucket, string prefix) : IStore
{
    private const int ConditionAttempts = 5;
    private const int BodyAttempts = 5;
    private const int ScanPiece = 1 << 17;
    private const string NoSuchBucket = "NoSuchBucket";

    /// <summary>Error codes of a caller that is not, or no longer, known; AccessDenied is of one that is, and may not.</summary>
    private static readonly FrozenSet<string> CredentialFaults = new[]
    {
        "ExpiredToken", "ExpiredTokenException", "InvalidToken", "InvalidAccessKeyId", "SignatureDoesNotMatch", "TokenRefreshRequired",
        "RequestExpired", "UnrecognizedClientException", "InvalidClientTokenId",
    }.ToFrozenSet(StringComparer.Ordinal);

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
        var next = Page();
        try
        {
            while (next is not null)
            {
                var page = await next.ConfigureAwait(false);
                request.ContinuationToken = page.NextContinuationToken;
                // The next page travels while this one is worked on.
                next = page.IsTruncated == true ? Page() : null;
                foreach (var item in page.S3Objects ?? [])
                {
                    // The placeholder that a console makes for an empty folder.
                    if (item.Key.EndsWith('/') && item.Size is 0 or null)
                        continue;

                    yield return new StoredObject(
                        item.Key[prefix.Length..], item.Size ?? 0, item.ETag.Trim('"'), item.LastModified ?? default(DateTimeOffset));
                }
            }
        }
        finally
        {
            // Whoever stops listing may dispose of the store at once.
            if (next is not null)
                await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        Task<ListObjectsV2Response> Page() => Guard(Address, () => client.ListObjectsV2Async(request, cancellation), cancellation);
    }

    /// <inheritdoc/>
    public Task<PooledBytes> ReadAsync(string key, string? etag, CancellationToken cancellation)
        => Guard(
            key,
            () => Read(
                key,
                etag,
                async response =>
                {
                    var bytes = new PooledBytes((int)Math.Clamp(response.ContentLength + 1, 1, Array.MaxLength));
                    try
                    {
                        await bytes.FillAsync(response.ResponseStream, cancellation).ConfigureAwait(false);
                        RequireWhole(key, bytes.Length, response.ContentLength);
                        return bytes;
                    }
                    catch
                    {
                        bytes.Dispose();
                        throw;
                    }
                },
                cancellation),
            cancellation);

    /// <inheritdoc/>
    public Task<SmallObject?> TryReadAsync(string key, int most, CancellationToken cancellation) => IfThere(
        key,
        async response =>
        {
            var content = new byte[Math.Min(most, response.ContentLength)];
            var read = await response.ResponseStream.ReadAtLeastAsync(
                content, content.Length, throwOnEndOfStream: false, cancellation).ConfigureAwait(false);
            RequireWhole(key, read, content.Length);
            return new SmallObject(content, response.ETag.Trim('"'), response.ContentLength > most);
        },
        cancellation);

    /// <inheritdoc/>
    public async Task<string?> TryScanAsync(
        string key, Func<Action<ReadOnlyMemory<byte>>> begin, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(begin);
        var piece = ArrayPool<byte>.Shared.Rent(ScanPiece);
        try
        {
            return await IfThere(
                key,
                async response =>
                {
                    var take = begin();
                    long read = 0;
                    for (int more; (more = await response.ResponseStream.ReadAsync(piece, cancellation).ConfigureAwait(false)) > 0;
                        read += more)
                        take(piece.AsMemory(0, more));
                    RequireWhole(key, read, response.ContentLength);
                    return response.ETag.Trim('"');
                },
                cancellation).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }

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
        => Guard(key, () => Put(key, StreamOf(content), ifNoneMatch: null, ifMatch: null, cancellation), cancellation);

    /// <inheritdoc/>
    public Task<string?> TryCreateAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellation)
        => TryCreateAsync(key, StreamOf(content), cancellation);

    /// <inheritdoc/>
    public Task<string?> TryCreateAsync(string key, Stream content, CancellationToken cancellation)
        => IfGranted(key, () => Put(key, content, ifNoneMatch: "*", ifMatch: null, cancellation), cancellation);

    /// <inheritdoc/>
    public Task<string?> TryReplaceAsync(
        string key, string etag, ReadOnlyMemory<byte> content, CancellationToken cancellation)
        => TryReplaceAsync(key, etag, StreamOf(content), cancellation);

    /// <inheritdoc/>
    public async Task<string?> TryReplaceAsync(string key, string etag, Stream content, CancellationToken cancellation)
    {
        try
        {
            return await IfGranted(key, () => Put(key, content, ifNoneMatch: null, Quoted(etag), cancellation), cancellation)
                .ConfigureAwait(false);
        }
        catch (StoreException missing) when (IsOfObject(missing))
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public Task DeleteAsync(string key, CancellationToken cancellation) => Guard(
        key,
        () => client.DeleteObjectAsync(new DeleteObjectRequest { BucketName = bucket, Key = prefix + key }, cancellation),
        cancellation);

    /// <inheritdoc/>
    public async Task<bool> TryDeleteAsync(string key, string etag, CancellationToken cancellation)
    {
        var request = new DeleteObjectRequest { BucketName = bucket, Key = prefix + key, IfMatch = Quoted(etag) };
        try
        {
            return await IfGranted(
                key,
                async () =>
                {
                    await client.DeleteObjectAsync(request, cancellation).ConfigureAwait(false);
                    return etag;
                },
                cancellation).ConfigureAwait(false) is not null;
        }
        catch (StoreException missing) when (IsOfObject(missing))
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public async Task<IWriterLock> LockAsync(string key, TimeProvider time, CancellationToken cancellation)
        => await WriterLease.TakeAsync(this, key, time, cancellation).ConfigureAwait(false);

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();

    /// <summary>
    /// What a conditional call gives, or null where its condition does not hold (412). S3 answers 409 to one that met another
    /// request for the same key, which says nothing about the condition: it is asked again.
    /// </summary>
    private async Task<T?> IfGranted<T>(string key, Func<Task<T>> call, CancellationToken cancellation)
        where T : class
    {
        for (var attempt = 0; attempt < ConditionAttempts; attempt++)
        {
            try
            {
                return await Guard(key, call, cancellation).ConfigureAwait(false);
            }
            catch (StoreException refused) when (refused.Fault == StoreFault.Changed)
            {
                if (refused.InnerException is AmazonS3Exception { StatusCode: HttpStatusCode.PreconditionFailed })
                    return null;
            }
        }

        throw new StoreException(
            StoreFault.Unreachable, $"s3://{bucket} keeps refusing '{Printable.Excerpt(key)}' for requests that it says met this one");
    }

    /// <summary>The SDK tries a request again until its headers are there; a body that breaks off is for its reader.</summary>
    private async Task<T> Read<T>(
        string key, string? etag, Func<GetObjectResponse, Task<T>> readBody, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var response = await client.GetObjectAsync(
                new GetObjectRequest { BucketName = bucket, Key = prefix + key, EtagToMatch = etag }, cancellation).ConfigureAwait(false);
            try
            {
                return await readBody(response).ConfigureAwait(false);
            }
            catch (Exception broken) when (attempt < BodyAttempts && IsOfConnection(broken, cancellation))
            {
                // Read again.
            }
        }
    }

    private static void RequireWhole(string key, long came, long announced)
    {
        if (came < announced)
            throw new EndOfStreamException($"only {came} of {announced} bytes of '{Printable.Excerpt(key)}' came");
    }

    /// <summary>Writes an object; its version.</summary>
    private async Task<string> Put(
        string key,
        Stream content,
        string? ifNoneMatch,
        string? ifMatch,
        CancellationToken cancellation)
    {
        content.Position = 0;
        var response = await client.PutObjectAsync(
            new PutObjectRequest
            {
                BucketName = bucket,
                Key = prefix + key,
                InputStream = content,
                AutoCloseStream = false,
                IfNoneMatch = ifNoneMatch,
                IfMatch = ifMatch,
                ContentType = ContentTypeOf(prefix + key),
            },
            cancellation).ConfigureAwait(false);
        return response.ETag.Trim('"');
    }

    /// <summary>What is taken of an object; null when there is none.</summary>
    private async Task<T?> IfThere<T>(string key, Func<GetObjectResponse, Task<T>> take, CancellationToken cancellation)
        where T : class
    {
        try
        {
            return await Guard(key, () => Read(key, etag: null, take, cancellation), cancellation).ConfigureAwait(false);
        }
        catch (StoreException missing) when (IsOfObject(missing))
        {
            return null;
        }
    }

    private static MemoryStream StreamOf(ReadOnlyMemory<byte> content) => new(content.ToArray(), writable: false);

    private static string Quoted(string etag) => $"\"{etag}\"";

    private static string ContentTypeOf(string key) => Path.GetExtension(key) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".csv" => "text/csv; charset=utf-8",
        ".json" => "application/json",
        ".jsonl" => "application/x-ndjson",
        _ when key.EndsWith(RunLayout.Marker, StringComparison.Ordinal)
            || key.StartsWith(BucketLayout.Locks, StringComparison.Ordinal) => "application/json",
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

    /// <summary>Whether it is the object that is missing, and not its bucket.</summary>
    private static bool IsOfObject(StoreException missing)
        => missing is { Fault: StoreFault.Missing, InnerException: AmazonS3Exception { ErrorCode: not NoSuchBucket } };

    private StoreException Failure(string key, AmazonS3Exception cause)
    {
        var shown = Printable.Excerpt(key);
        return cause.StatusCode switch
        {
            HttpStatusCode.NotFound when cause.ErrorCode == NoSuchBucket
                => new(StoreFault.Missing, $"there is no bucket '{bucket}'", cause),
            HttpStatusCode.NotFound
                => new(StoreFault.Missing, $"'{shown}' is not there any more", cause),
            _ when cause.ErrorCode is "RequestTimeTooSkewed" or "RequestInTheFuture"
                => new(StoreFault.Clock, $"s3://{bucket} finds this machine's clock wrong ({cause.ErrorCode})", cause),
            _ when CredentialFaults.Contains(cause.ErrorCode)
                => new(StoreFault.Credentials, $"s3://{bucket} does not take the credentials any more ({cause.ErrorCode})", cause),
            HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized
                => new(StoreFault.Forbidden, $"access denied to '{shown}' in s3://{bucket} ({cause.ErrorCode})", cause),
            HttpStatusCode.PreconditionFailed or HttpStatusCode.Conflict
                => new(StoreFault.Changed, $"'{shown}' has changed since the snapshot", cause),
            _ => new(StoreFault.Unreachable, $"s3://{bucket} answered {(int)cause.StatusCode} {cause.ErrorCode} for '{shown}'", cause),
        };
    }
}
