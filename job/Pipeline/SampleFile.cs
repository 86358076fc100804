using System.Text.Json;
using System.Text.Json.Serialization;
using Pomona.Contracts;
using Pomona.Job.Evaluation;
using Pomona.Job.Runs;
using Pomona.Storage;

namespace Pomona.Job.Pipeline;

/// <summary>Which images get a thumbnail, written for whoever extracts a shard; removed once the run is published.</summary>
internal static class SampleFile
{
    private const int Largest = 1 << 20;

    /// <summary>Chooses them from the manifests and writes the choice.</summary>
    public static async Task WriteAsync(IStore output, Ledger ledger, RunPlan plan, CancellationToken cancellation)
    {
        var choice = new ThumbnailSample.Choice();
        await foreach (var entry in ManifestFile.ReadAllAsync(output, plan, cancellation).ConfigureAwait(false))
            choice.Offer(entry.Key, plan.LabelOf(entry.Key));

        await ledger.WriteAsync(
            RunLayout.Sample,
            JsonSerializer.SerializeToUtf8Bytes(choice.Chosen(), SampleJson.Default.ThumbnailSample),
            cancellation).ConfigureAwait(false);
    }

    /// <summary>The choice; of nothing where there is none, since thumbnails are an ornament.</summary>
    public static async Task<ThumbnailSample> ReadAsync(IStore output, CancellationToken cancellation)
        => await output.TryReadAsync(RunLayout.Sample, Largest, cancellation).ConfigureAwait(false) is { } found
            && JsonText.TryRead(found.Content.Span, SampleJson.Default.ThumbnailSample) is { HighestHashes: not null } sample
            ? sample
            : new ThumbnailSample(new Dictionary<string, ulong>());
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ThumbnailSample))]
internal sealed partial class SampleJson : JsonSerializerContext;
