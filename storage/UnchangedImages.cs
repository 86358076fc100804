using Pomona.Contracts;

namespace Pomona.Storage;

/// <summary>
/// Counts, while a data set is listed, what is as an earlier run used it: two listings in <see cref="KeyOrder"/> side by side, in
/// memory that does not grow with them.
/// </summary>
/// <param name="earlier">The earlier run.</param>
/// <param name="isByVersion">
/// Whether an ETag vouches for the content, as a bucket's does; a folder's tells only of size and time, which a copy may keep.
/// </param>
/// <param name="cancellation">Stops it.</param>
public sealed class UnchangedImages(FinishedRun earlier, bool isByVersion, CancellationToken cancellation) : IAsyncDisposable
{
    private readonly IAsyncEnumerator<ManifestEntry> _used = earlier.UsedAsync(cancellation).GetAsyncEnumerator(cancellation);
    private ManifestEntry? _next;
    private bool _isOver;
    private long _unchanged;
    private long _newBytes;
    private LargeImageBytes _newLarge = LargeImageBytes.None;

    /// <summary>Why no more is taken over, where the earlier run could not be read to its end, as a clause; null where it could.</summary>
    public string? Fault { get; private set; }

    /// <summary>Whether an image is as an earlier run had it, as far as a listing tells.</summary>
    public static bool IsSame(ManifestEntry image, ManifestEntry then, bool isByVersion)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(then);
        return image.Size == then.Size && (!isByVersion || string.Equals(image.ETag, then.ETag, StringComparison.Ordinal));
    }

    /// <summary>Counts the next image of the listing.</summary>
    public async ValueTask AddAsync(ManifestEntry image)
    {
        ArgumentNullException.ThrowIfNull(image);
        while (!_isOver && (_next is null || KeyOrder.Instance.Compare(_next.Key, image.Key) < 0))
        {
            try
            {
                _isOver = !await _used.MoveNextAsync().ConfigureAwait(false);
                _next = _isOver ? null : _used.Current;
            }
            catch (UnusableRunException fault)
            {
                (_isOver, _next, Fault) = (true, null, fault.Message);
            }
        }

        if (_next is not null && string.Equals(_next.Key, image.Key, StringComparison.Ordinal) && IsSame(image, _next, isByVersion))
        {
            _unchanged++;
            return;
        }

        _newBytes += image.Size;
        _newLarge = _newLarge.With(image.Key, image.Size);
    }

    /// <summary>What is taken over; null when nothing is.</summary>
    public SinceRun? Complete() => _unchanged == 0
        ? null
        : new SinceRun(earlier.Address, _unchanged, _newBytes, _newLarge == LargeImageBytes.None ? null : _newLarge);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _used.DisposeAsync();
}
