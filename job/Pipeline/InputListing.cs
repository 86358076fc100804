using System.Globalization;
using Pomona.Contracts;
using Pomona.Storage;

namespace Pomona.Job.Pipeline;

/// <summary>
/// The one listing of a run's input. It is begun before anything is written, as far as its first image, so that an input
/// without images is refused first; and gone on with once the output is this run's. Memory does not grow with the number of
/// files.
/// </summary>
internal sealed class InputListing : IAsyncDisposable
{
    private readonly RunInput _input;
    private readonly IAsyncEnumerator<StoredObject> _items;
    private readonly SnapshotWriter _snapshot;
    private ManifestShard? _complete;

    private InputListing(RunInput input, int shardSize, CancellationToken cancellation)
    {
        _input = input;
        _items = input.ListAsync(cancellation).GetAsyncEnumerator(cancellation);
        _snapshot = new SnapshotWriter(input.Address, shardSize);
    }

    /// <inheritdoc cref="RunInput.Address"/>
    public string Address => _input.Address;

    /// <summary>Lists as far as the first image.</summary>
    /// <exception cref="PomonaException">There is none.</exception>
    /// <exception cref="InputException">The input cannot be listed.</exception>
    public static async Task<InputListing> BeginAsync(RunInput input, int shardSize, CancellationToken cancellation)
    {
        var listing = new InputListing(input, shardSize, cancellation);
        try
        {
            while (listing._snapshot.Images == 0)
            {
                if (!await listing.AddNextAsync().ConfigureAwait(false))
                    throw NoImages(input.Address, listing._snapshot.PassedOver);
            }

            return listing;
        }
        catch
        {
            await listing.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Lists the rest.</summary>
    /// <param name="write">Writes a manifest as soon as it is complete; they come in order.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>The plan of what was listed.</returns>
    public async Task<RunPlan> EndAsync(Func<ManifestShard, Task> write, CancellationToken cancellation)
    {
        do
        {
            cancellation.ThrowIfCancellationRequested();
            if (_complete is not null)
                await write(_complete).ConfigureAwait(false);
        }
        while (await AddNextAsync().ConfigureAwait(false));

        var plan = _snapshot.Complete(out var last);
        if (last is not null)
            await write(last).ConfigureAwait(false);
        return plan;
    }

    public async ValueTask DisposeAsync()
    {
        _snapshot.Dispose();
        await _items.DisposeAsync().ConfigureAwait(false);
    }

    private async Task<bool> AddNextAsync()
    {
        if (!await _items.MoveNextAsync().ConfigureAwait(false))
            return false;
        var item = _items.Current;
        _ = _snapshot.Add(new ManifestEntry(item.Key, item.Size, item.ETag), out _complete);
        return true;
    }

    private static PomonaException NoImages(string address, PassedOver others) => new(
        ExitCode.Input,
        others is { Files: 0, Folders: { } folders }
            ? $"there is no image in {address}. {RunRemarks.OnFolders(folders)}"
            : others.Files == 0
            ? $"{address} is empty: put images there, one sub-folder per class."
            : string.Create(
                CultureInfo.InvariantCulture,
                $"none of the {others.Files} files in {address} is an image by name ({others}): use .jpg, .png, .webp, .gif, .bmp or .tif."));
}
