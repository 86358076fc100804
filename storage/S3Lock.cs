using System.Text;

namespace Pomona.Storage;

/// <summary>
/// A run's lock in S3: an object created with If-None-Match that its holder renews with If-Match. A holder that has given
/// no sign of life for <see cref="Stale"/> is dead (a killed process, a lost node) and is taken over, with If-Match again,
/// so that of several that try only one succeeds.
/// </summary>
internal sealed class S3Lock : IWriterLock
{
    /// <summary>How often the holder gives a sign of life.</summary>
    public static readonly TimeSpan Renewal = TimeSpan.FromSeconds(20);

    /// <summary>After how long without one it counts as dead: several renewals, for slow-downs.</summary>
    public static readonly TimeSpan Stale = TimeSpan.FromSeconds(90);

    private readonly S3Store _store;
    private readonly string _key;
    private readonly TimeProvider _time;
    private readonly WriterIdentity _self;
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _lost = new();
    private string _etag;
    private Task _renewing = Task.CompletedTask;

    private S3Lock(S3Store store, string key, TimeProvider time, WriterIdentity self, string etag)
        => (_store, _key, _time, _self, _etag) = (store, key, time, self, etag);

    /// <inheritdoc/>
    public CancellationToken Lost => _lost.Token;

    /// <summary>Takes the lock, or says who holds it.</summary>
    public static async Task<S3Lock> TakeAsync(S3Store store, string key, TimeProvider time, CancellationToken cancellation)
    {
        var self = WriterIdentity.Current(time);
        var etag = await store.TryPutAsync(key, Bytes(self), "*", null, cancellation).ConfigureAwait(false);
        if (etag is null)
        {
            var found = await store.TryReadVersionAsync(key, cancellation).ConfigureAwait(false);
            var holder = found is { } there ? WriterIdentity.TryParse(Encoding.UTF8.GetString(there.Content)) : null;
            if (found is { } held && (holder is null || IsDead(holder, time)))
                etag = await store.TryPutAsync(key, Bytes(self), null, held.ETag, cancellation).ConfigureAwait(false);
            else if (found is null) // given up in between
                etag = await store.TryPutAsync(key, Bytes(self), "*", null, cancellation).ConfigureAwait(false);

            if (etag is null)
                throw WriterIdentity.Conflict(store.Address, holder);
        }

        var taken = new S3Lock(store, key, time, self, etag);
        taken._renewing = taken.RenewAsync();
        return taken;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _renewing.ConfigureAwait(false);
        _stop.Dispose();
        try
        {
            // Only its own: one that was taken over is the other process's.
            var found = await _store.TryReadVersionAsync(_key, CancellationToken.None).ConfigureAwait(false);
            if (found is { } there && string.Equals(there.ETag, _etag, StringComparison.Ordinal))
                await _store.DeleteAsync(_key, CancellationToken.None).ConfigureAwait(false);
        }
        catch (StoreException)
        {
            // Left behind; it goes stale.
        }
        finally
        {
            _lost.Dispose();
        }
    }

    private static byte[] Bytes(WriterIdentity identity) => Encoding.UTF8.GetBytes(identity.ToJson());

    /// <summary>Dead by silence; or, on this very machine, by its process being gone.</summary>
    private static bool IsDead(WriterIdentity holder, TimeProvider time)
    {
        if (time.GetUtcNow() - holder.Alive > Stale)
            return true;
        if (!string.Equals(holder.Host, Environment.MachineName, StringComparison.Ordinal))
            return false;

        try
        {
            using var process = System.Diagnostics.Process.GetProcessById(holder.Process);
            return process.HasExited;
        }
        catch (ArgumentException)
        {
            return true;
        }
    }

    private async Task RenewAsync()
    {
        try
        {
            while (true)
            {
                await Task.Delay(Renewal, _time, _stop.Token).ConfigureAwait(false);
                try
                {
                    var etag = await _store.TryPutAsync(
                        _key, Bytes(_self with { Alive = _time.GetUtcNow() }), null, _etag, _stop.Token).ConfigureAwait(false);
                    if (etag is null)
                    {
                        await _lost.CancelAsync().ConfigureAwait(false);
                        return;
                    }

                    _etag = etag;
                }
                catch (StoreException)
                {
                    // The next renewal tries again; only long silence gives the lock away.
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed of.
        }
    }
}
