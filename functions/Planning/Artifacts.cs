using System.Collections.Concurrent;
using System.Text;
using Pomona.Contracts;
using Pomona.Storage;

namespace Pomona.Functions.Planning;

/// <summary>
/// The bundles that nodes install from. A run takes the one that is current when it begins, by the SHA-256 of its list, and before
/// anything is rented every file of it is compared with that list: what was uploaded half or damaged would cost a cluster.
/// </summary>
internal sealed class Artifacts(IStore store)
{
    private const string Installer = "bootstrap/install-node.sh";
    private const string Upload = "run ./pomona bundle and upload dist/artifacts again (docs/deploying.md)";

    /// <summary>What functions load of a bundle.</summary>
    private static readonly string[] Models = [ArtifactSums.Model, ArtifactSums.ModelDescription];

    /// <summary>What this process has compared, by key and version: the next run need not read it again.</summary>
    private readonly ConcurrentDictionary<(string Key, string ETag), string> _sums = new();

    /// <summary>The bundle that new runs take; null when there is none.</summary>
    public async Task<string?> CurrentAsync(CancellationToken cancellation)
        => await store.TryReadAsync(BucketLayout.CurrentArtifacts, 128, cancellation) is { } found
            && Encoding.UTF8.GetString(found.Content.Span).Trim() is var name && ArtifactSums.IsBundle(name)
            ? name
            : null;

    /// <summary>The SHA-256 of a bundle's model, as its list says; null where there is none.</summary>
    public async Task<string?> ModelAsync(string? bundle, CancellationToken cancellation)
    {
        try
        {
            return bundle is null
                ? null
                : (await ListAsync($"{BucketLayout.Artifacts}{bundle}/", bundle, cancellation)).GetValueOrDefault(ArtifactSums.Model);
        }
        catch (ArtifactsException)
        {
            // The check before anything is rented says so.
            return null;
        }
    }

    /// <summary>Compares a bundle with its list: all of it for a cluster, and for functions the model, which is all that they load.</summary>
    /// <param name="bundle">Its name; null for none.</param>
    /// <param name="engine"><see cref="RunEngine.Cluster"/> or <see cref="RunEngine.Functions"/>.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <exception cref="ArtifactsException">It is not there, not whole, or not what its list says.</exception>
    public async Task<PinnedArtifacts> CheckAsync(string? bundle, string engine, CancellationToken cancellation)
    {
        var (users, needed) = engine == RunEngine.Functions ? ("functions load", Models) : ("nodes install", [Installer]);
        if (bundle is null)
        {
            throw new ArtifactsException(
                $"There is nothing that the run's {users}: {BucketLayout.CurrentArtifacts} is missing, or names no bundle; {Upload}.");
        }

        var folder = $"{BucketLayout.Artifacts}{bundle}/";
        var there = new Dictionary<string, StoredObject>(StringComparer.Ordinal);
        await foreach (var item in store.ListAsync(folder, cancellation))
            there[item.Key] = item;

        var list = await ListAsync(folder, bundle, cancellation);
        if (Array.Find(needed, path => !list.ContainsKey(path)) is { } unnamed)
            throw new ArtifactsException($"{folder}{BucketLayout.ArtifactList} names no {unnamed}, which the run's {users}: {Upload}.");
        foreach (var (path, sum) in list.Where(file => engine == RunEngine.Cluster || needed.Contains(file.Key)))
        {
            if (!there.TryGetValue(folder + path, out var item))
                throw new ArtifactsException($"{folder}{path} is not there, which the run's {users}: {Upload}.");
            if (await SumOfAsync(item, cancellation) != sum)
                throw new ArtifactsException($"{folder}{path} is not the file that {folder}{BucketLayout.ArtifactList} names: {Upload}.");
        }

        return new PinnedArtifacts(store.Address + folder, list.ContainsKey(Installer) ? store.Address + folder + Installer : null);
    }

    private async Task<IReadOnlyDictionary<string, string>> ListAsync(string folder, string bundle, CancellationToken cancellation)
    {
        var key = folder + BucketLayout.ArtifactList;
        var found = await store.TryReadAsync(key, ArtifactSums.Largest, cancellation)
            ?? throw new ArtifactsException($"{key} is not there, and it lists what a run needs: {Upload}.");
        try
        {
            return ArtifactSums.Read(found.Content.Span, bundle);
        }
        catch (FormatException other)
        {
            throw new ArtifactsException($"{key} {other.Message}: {Upload}.");
        }
    }

    private async Task<string?> SumOfAsync(StoredObject item, CancellationToken cancellation)
    {
        if (_sums.TryGetValue((item.Key, item.ETag), out var known))
            return known;

        if (await ObjectHash.TryReadAsync(store, item.Key, cancellation) is not { } hash)
            return null;
        return _sums[(item.Key, hash.ETag)] = hash.Sha256;
    }
}

/// <summary>What every node of a run installs, or every function loads.</summary>
/// <param name="Uri">The bundle's folder, <c>s3://bucket/artifacts/&lt;sha256&gt;/</c>.</param>
/// <param name="Installer">The bootstrap action in it; null in a bundle that has none, which is enough for functions.</param>
public sealed record PinnedArtifacts(string Uri, string? Installer);

/// <summary>The nodes could not install what they need, or the functions load it; nothing was begun.</summary>
/// <param name="message">What is wrong, and what to do.</param>
public sealed class ArtifactsException(string message) : Exception(message);
