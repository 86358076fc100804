using System.Globalization;
using System.Runtime.CompilerServices;
using Pomona.Contracts;
using Pomona.Storage;

namespace Pomona.Job.Runs;

internal static class ManifestFile
{
    private const string Advice = "choose another --output, or start over with --restart.";

    /// <summary>The shard's entries in order.</summary>
    /// <exception cref="PomonaException">It is damaged, does not list what was planned, or what no listing gives.</exception>
    public static async Task<IReadOnlyList<ManifestEntry>> ReadAsync(
        IStore output, RunPlan plan, int shard, CancellationToken cancellation)
    {
        using var bytes = await output.ReadAsync(RunLayout.Manifest(shard), etag: null, cancellation).ConfigureAwait(false);
        var entries = ManifestEntry.TryReadAll(bytes.Span)
            ?? throw new PomonaException(ExitCode.Conflict, $"{RunLayout.Manifest(shard)} in {output.Address} is damaged: {Advice}");
        if (entries.Count != plan.ImagesOf(shard))
        {
            throw new PomonaException(ExitCode.Conflict, string.Create(
                CultureInfo.InvariantCulture,
                $"{RunLayout.Manifest(shard)} in {output.Address} lists {entries.Count} images of {plan.ImagesOf(shard)}: {Advice}"));
        }

        return entries;
    }

    /// <summary>All shards' entries, shard after shard, while the next manifests are being read.</summary>
    /// <exception cref="PomonaException">As of one shard's.</exception>
    public static async IAsyncEnumerable<ManifestEntry> ReadAllAsync(
        IStore output, RunPlan plan, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var manifests = ReadAhead.InOrderAsync(
            plan.Shards, output.ReadsInFlight, (shard, token) => ReadAsync(output, plan, shard, token), cancellation);
        await foreach (var entries in manifests.ConfigureAwait(false))
        {
            foreach (var entry in entries)
                yield return entry;
        }
    }

    /// <summary>Makes sure that all manifests together are what the plan was made of: somebody may have written others since.</summary>
    /// <exception cref="PomonaException">They are not.</exception>
    public static async Task RequirePlannedAsync(IStore output, RunPlan plan, CancellationToken cancellation)
    {
        using var tally = new SnapshotTally();
        await foreach (var entry in ReadAllAsync(output, plan, cancellation).ConfigureAwait(false))
            tally.Add(entry);

        if (tally.Images != plan.Images || tally.Bytes != plan.Bytes || !string.Equals(tally.Fingerprint, plan.Fingerprint, StringComparison.Ordinal))
        {
            throw new PomonaException(
                ExitCode.Conflict, $"the manifests in {output.Address} do not list what {RunLayout.Plan} was made of: {Advice}");
        }
    }
}
