using System.Globalization;
using System.Text.Json;
using Pomona.Contracts;
using Pomona.Storage;

namespace Pomona.Job.Runs;

/// <summary>Reads a shard's manifest.</summary>
internal static class ManifestFile
{
    private const string Advice = "choose another --output, or start over with --restart.";

    /// <summary>The shard's entries in order.</summary>
    /// <exception cref="PomonaException">It is damaged, or does not list what was planned.</exception>
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
                entries.Add(Parse(line) ?? throw new PomonaException(
                    ExitCode.Conflict, $"{RunLayout.Manifest(shard)} in {output.Address} is damaged: {Advice}"));
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

    private static ManifestEntry? Parse(ReadOnlySpan<byte> line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, ContractJson.Readable.ManifestEntry) is { Key: not null, ETag: not null } entry
                ? entry : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
