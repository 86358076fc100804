using Pomona.Contracts;

namespace Pomona.Storage;

/// <summary>Reads the markers of finished runs.</summary>
public static class RunMarkers
{
    /// <summary>A run's marker; null where the run has not finished, or something else is in its marker's place.</summary>
    /// <param name="store">Where the run is.</param>
    /// <param name="folder">Its folder below the store's root, with its slash; empty where it is the root.</param>
    /// <param name="cancellation">Ends the call.</param>
    public static async Task<RunMarker?> FindAsync(IStore store, string folder, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(store);
        return await store.TryReadAsync(folder + RunLayout.Marker, RunMarker.LargestFile, cancellation).ConfigureAwait(false) is { IsTruncated: false } marker
            ? RunMarker.TryParse(marker.Content.Span)
            : null;
    }
}
