using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Pomona.Contracts;
using Pomona.Storage;

namespace Pomona.Job.Runs;

/// <summary>Reads a shard's manifest.</summary>
internal static class ManifestFile
{
    private const string Advice = "choose another --output, or start over with --restart.";

    /// <summary>The shard's entries in order.</summary>
    /// <exception cref="PomonaException">It is damaged, does not list what was planned, or what no listing gives.</exception>
    public static async Task<IReadOnlyList<ManifestEntry>> ReadAsync(
        IStore output, RunPlan plan, int shard, CancellationToken cancellation)
    {
        using var bytes = await output.ReadAsync(RunLayout.Manifest(shard), etag: null, cancellation).ConfigureAwait(false);
        var entries = new List<ManifestEntry>(RunPlan.DefaultShardSize);
        var rest = bytes.Span;
        while (!rest.IsEmpty)
        {
            var end = rest.IndexOf((byte)'\n');
            var line = end < 0 ? rest : rest[..end];
            if (!line.IsEmpty)
            {
                var entry = Parse(line);
                if (entry is null || (entries.Count > 0 && KeyOrder.Instance.Compare(entries[^1].Key, entry.Key) >= 0))
                    throw new PomonaException(ExitCode.Conflict, $"{RunLayout.Manifest(shard)} in {output.Address} is damaged: {Advice}");
                entries.Add(entry);
            }

            rest = end < 0 ? [] : rest[(end + 1)..];
        }

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

    /// <summary>A line; null when no listing gives it. Names that lead out of the input are no images' (<see cref="ImageFileName"/>).</summary>
    private static ManifestEntry? Parse(ReadOnlySpan<byte> line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, ContractJson.Readable.ManifestEntry) is { Key: not null, ETag.Length: > 0, Size: >= 0 } entry
                && ImageFileName.IsImage(entry.Key) && !entry.Key.Contains('\0', StringComparison.Ordinal) ? entry : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
