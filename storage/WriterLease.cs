namespace Pomona.Storage;

/// <summary>
/// A writer's lock where no operating system holds one: a <see cref="Claim{T}"/> that its holder renews. One that has given
/// no sign of life for <see cref="Stale"/> is dead (a killed process, a lost node) and is taken over.
/// </summary>
public sealed class WriterLease : IWriterLock
{
    /// <summary>How often the holder gives a sign of life.</summary>
    internal static readonly TimeSpan Renewal = TimeSpan.FromSeconds(20);

    /// <summary>After how long without one it counts as dead: several renewals, for slow-downs.</summary>
    internal static readonly TimeSpan Stale = TimeSpan.FromSeconds(90);

    private readonly Claim<WriterIdentity> _claim;
    private readonly TimeProvider _time;
    private readonly WriterIdentity _self;
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _lost = new();
    private string _etag;
    private Task _renewing = Task.CompletedTask;

    private WriterLease(Claim<WriterIdentity> claim, TimeProvider time, WriterIdentity self, string etag)
        => (_claim, _time, _self, _etag) = (claim, time, self, etag);

    /// <inheritdoc/>
    public CancellationToken Lost => _lost.Token;

    /// <summary>Takes the lock at a key of a store, for the whole store.</summary>
    /// <exception cref="Contracts.PomonaException">Another process holds it; the message names it.</exception>
    public static async Task<WriterLease> TakeAsync(IStore store, string key, TimeProvider time, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(time);
        var self = WriterIdentity.Current(time);
        var claim = new Claim<WriterIdentity>(store, key, StorageJson.Default.WriterIdentity);
        var etag = await claim.TakeAsync(self, cancellation).ConfigureAwait(false);
        if (etag is null)
        {
            var found = await claim.FindAsync(cancellation).ConfigureAwait(false);
            if (found is { Holder: not { IsWriter: true } })
                throw WriterIdentity.Foreign(store.Address, key);
            etag = found switch
            {
                null => await claim.TakeAsync(self, cancellation).ConfigureAwait(false), // given up in between
                { Holder: { } holder } when !IsDead(holder, time) => null,
                { ETag: { } version } => await claim.ReplaceAsync(version, self, cancellation).ConfigureAwait(false),
            };
            if (etag is null)
                throw WriterIdentity.Conflict(store.Address, found?.Holder);
        }

        var taken = new WriterLease(claim, time, self, etag);
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
            await _claim.GiveUpAsync(_etag, CancellationToken.None).ConfigureAwait(false);
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

    /// <summary>Dead by silence; or, on this very machine, by its process being gone.</summary>
    private static bool IsDead(WriterIdentity holder, TimeProvider time)
    {
        if (time.GetUtcNow() - holder.Alive > Stale)
            return true;
        if (!string.Equals(holder.Host, WriterIdentity.Machine, StringComparison.Ordinal))
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

    private Task<string?> RenewedAsync(string etag)
        => _claim.ReplaceAsync(etag, _self with { Alive = _time.GetUtcNow() }, _stop.Token);

    private async Task RenewAsync()
    {
        try
        {
            while (true)
            {
                await Task.Delay(Renewal, _time, _stop.Token).ConfigureAwait(false);
                try
                {
                    var etag = await RenewedAsync(_etag).ConfigureAwait(false);
                    // An earlier renewal may have been done and not answered: then the lock is its own, of another version.
                    if (etag is null
                        && await _claim.FindAsync(_stop.Token).ConfigureAwait(false) is { Holder.Id: { } id } found
                        && string.Equals(id, _self.Id, StringComparison.Ordinal))
                        etag = await RenewedAsync(found.ETag).ConfigureAwait(false);
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
