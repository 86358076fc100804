using System.Globalization;
using System.Text.Json;
using Pomona.Contracts;
using Pomona.Job.Runs;
using Pomona.Storage;

namespace Pomona.Job.Pipeline;

/// <summary>Input → manifests: cuts the listing into shards in key order, and writes the plan last.</summary>
internal static class PlanStage
{
    /// <summary>Manifests that are written at once under one page of the ledger, and the bytes that they may take.</summary>
    private const int BatchManifests = 256;
    private const int BatchBytes = 8 << 20;

    /// <summary>The run's plan: the one that is there, checked against the input, or a new one.</summary>
    /// <param name="listing">The input's; null to trust the plan that is there, even if the input has changed since.</param>
    /// <param name="output">Where the manifests go.</param>
    /// <param name="earlier">What an earlier run has left there.</param>
    /// <param name="cancellation">Stops it.</param>
    public static async Task<RunPlan> RunAsync(
        InputListing? listing, IStore output, EarlierRun earlier, CancellationToken cancellation)
    {
        var ledger = new Ledger(output, earlier.Settings.Run);
        var lost = earlier.Audit.LostManifests;
        var isPlanLost = lost.TryGetValue(RunLayout.Plan, out var planLine);
        var standing = isPlanLost ? null : await PlanFile.TryReadAsync(output, cancellation).ConfigureAwait(false);
        if (listing is null)
        {
            if (lost.Count > 0)
                throw LostManifest(output, lost.Keys.First(), $"leave out {JobArguments.UseSnapshot}, so that it is made again");
            var given = standing ?? throw new PomonaException(
                ExitCode.Conflict,
                $"{output.Address} has no snapshot ({RunLayout.Plan}): write one first, or leave out {JobArguments.UseSnapshot}.");
            await ManifestFile.RequirePlannedAsync(output, given, cancellation).ConfigureAwait(false);
            return given;
        }

        if (standing is not null || planLine is not null)
        {
            var kept = await KeepAsync(standing, planLine, listing, output, ledger, lost, cancellation).ConfigureAwait(false);
            await ManifestFile.RequirePlannedAsync(output, kept, cancellation).ConfigureAwait(false);
            return kept;
        }

        // What a killed run's planning left: the listing may have been another.
        foreach (var file in earlier.Audit.Pages[RunLayout.Manifests])
            await ledger.RemoveAsync(file, cancellation).ConfigureAwait(false);

        var batch = new List<(string Key, ReadOnlyMemory<byte> Content)>(BatchManifests);
        var batchBytes = 0;
        var plan = await listing.EndAsync(
            async shard =>
            {
                batch.Add((shard.Path, shard.Content));
                batchBytes += shard.Content.Length;
                if (batch.Count < BatchManifests && batchBytes < BatchBytes)
                    return;
                await ledger.WriteAsync(batch, cancellation).ConfigureAwait(false);
                batch.Clear();
                batchBytes = 0;
            },
            cancellation).ConfigureAwait(false);
        if (batch.Count > 0)
            await ledger.WriteAsync(batch, cancellation).ConfigureAwait(false);
        await ledger.WriteAsync(
            RunLayout.Plan, JsonSerializer.SerializeToUtf8Bytes(plan, ContractJson.Readable.RunPlan), cancellation).ConfigureAwait(false);
        return plan;
    }

    /// <summary>Makes sure that the input is what was planned, and makes what of the plan is lost again, as it was.</summary>
    private static async Task<RunPlan> KeepAsync(
        RunPlan? earlier,
        LedgerLine? lostPlan,
        InputListing listing,
        IStore output,
        Ledger ledger,
        IReadOnlyDictionary<string, LedgerLine> lost,
        CancellationToken cancellation)
    {
        var again = new List<ManifestShard>();
        var now = await listing.EndAsync(
            shard =>
            {
                if (lost.ContainsKey(shard.Path))
                    again.Add(shard);
                return Task.CompletedTask;
            },
            cancellation).ConfigureAwait(false);
        var plan = JsonSerializer.SerializeToUtf8Bytes(now, ContractJson.Readable.RunPlan);
        if (earlier is null ? !lostPlan!.IsContent(plan) : !string.Equals(now.Fingerprint, earlier.Fingerprint, StringComparison.Ordinal))
        {
            var then = earlier is null ? string.Empty : string.Create(
                CultureInfo.InvariantCulture, $" ({earlier.Images} images then, {now.Images} now)");
            throw new PomonaException(
                ExitCode.Conflict,
                $"{listing.Address} has changed since the run in {output.Address} began{then}: choose another --output, or start over "
                + "with --restart.");
        }

        foreach (var shard in again)
        {
            if (!lost[shard.Path].IsContent(shard.Content.Span))
                throw LostManifest(output, shard.Path, "start over with --restart");
            await ledger.PlaceAsync(shard.Path, shard.Content, cancellation).ConfigureAwait(false);
        }

        if (earlier is null)
            await ledger.PlaceAsync(RunLayout.Plan, plan, cancellation).ConfigureAwait(false);
        return earlier ?? now;
    }

    private static PomonaException LostManifest(IStore output, string manifest, string advice)
        => new(ExitCode.Conflict, $"{manifest} in {output.Address} is not there any more, or not whole: {advice}, or choose another --output.");
}
