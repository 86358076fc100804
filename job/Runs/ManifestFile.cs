using System.Text.Json;
using Pomona.Contracts;
using Pomona.Storage;

namespace Pomona.Job.Runs;

/// <summary>Reads a shard's manifest.</summary>
internal static class ManifestFile
{
    /// <summary>The shard's entries in order.</summary>
    public static async Task<IReadOnlyList<ManifestEntry>> ReadAsync(IStore output, int shard, CancellationToken cancellation)
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
                entries.Add(JsonSerializer.Deserialize(line, ContractJson.Readable.ManifestEntry)
                    ?? throw new PomonaException(
                        ExitCode.Conflict,
                        $"{RunLayout.Manifest(shard)} in {output.Address} is damaged: start over with --restart."));
            }

            rest = end < 0 ? [] : rest[(end + 1)..];
        }

        return entries;
    }
}
