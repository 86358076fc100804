using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Pomona.Contracts;

namespace Pomona.Storage;

/// <summary>
/// An object that says who holds something: a run's output, a data set. Every change of it is conditional, so that of many
/// that want it at once exactly one succeeds. When a holder counts as gone is for its kind to say: a process that no longer
/// renews its lease (<see cref="WriterLease"/>), a workflow execution that no longer runs (the functions' data set locks).
/// </summary>
/// <typeparam name="T">Who holds it, and since when.</typeparam>
/// <param name="store">Where the object is.</param>
/// <param name="key">Its key.</param>
/// <param name="json">How <typeparamref name="T"/> is written in it.</param>
public sealed class Claim<T>(IStore store, string key, JsonTypeInfo<T> json)
    where T : class
{
    private const int Largest = 4096;

    /// <summary>Who holds it; null when it is free.</summary>
    public async Task<Held<T>?> FindAsync(CancellationToken cancellation)
        => await store.TryReadAsync(key, Largest, cancellation).ConfigureAwait(false) is { } found
            ? new Held<T>(Parse(found), found.ETag)
            : null;

    /// <summary>Takes it while it is free: the version to keep it by, or null when somebody was quicker.</summary>
    public async Task<string?> TakeAsync(T mine, CancellationToken cancellation)
    {
        var bytes = Bytes(mine);
        return await store.TryCreateAsync(key, bytes, cancellation).ConfigureAwait(false)
            ?? await OwnVersionAsync(bytes, cancellation).ConfigureAwait(false);
    }

    /// <summary>Takes over, or renews, the very version that was seen: the new version, or null when somebody was quicker.</summary>
    public async Task<string?> ReplaceAsync(string etag, T mine, CancellationToken cancellation)
    {
        var bytes = Bytes(mine);
        return await store.TryReplaceAsync(key, etag, bytes, cancellation).ConfigureAwait(false)
            ?? await OwnVersionAsync(bytes, cancellation).ConfigureAwait(false);
    }

    /// <summary>Gives up the very version that was seen; false when it is another's by now, or nobody's.</summary>
    public Task<bool> GiveUpAsync(string etag, CancellationToken cancellation) => store.TryDeleteAsync(key, etag, cancellation);

    /// <summary>
    /// The version of what was written just now; null where that is another's. A request whose answer was lost is sent again,
    /// and refused for what it wrote itself.
    /// </summary>
    private async Task<string?> OwnVersionAsync(byte[] mine, CancellationToken cancellation)
        => await store.TryReadAsync(key, Largest, cancellation).ConfigureAwait(false) is { } found
            && found.Content.Span.SequenceEqual(mine) ? found.ETag : null;

    private byte[] Bytes(T mine) => JsonSerializer.SerializeToUtf8Bytes(mine, json);

    private T? Parse(SmallObject found) => found.IsTruncated ? null : JsonText.TryRead(found.Content.Span, json);
}

/// <summary>A claim as found.</summary>
/// <param name="Holder">Who holds it; null when that cannot be read, so that nobody does.</param>
/// <param name="ETag">Its version, for taking over or giving up.</param>
public sealed record Held<T>(T? Holder, string ETag)
    where T : class;
