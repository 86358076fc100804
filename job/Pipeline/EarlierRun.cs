using System.Text.Json;
using Pomona.Contracts;
using Pomona.Job.Runs;
using Pomona.Storage;

namespace Pomona.Job.Pipeline;

/// <summary>
/// What an earlier run left under the output: nothing, a run to go on with, a finished one, or one of other settings, which
/// is refused.
/// </summary>
/// <param name="Settings">The settings of the run that is there now, with its id.</param>
/// <param name="Audit">What of it is there.</param>
/// <param name="Marker">Its marker, where it has finished.</param>
internal sealed record EarlierRun(RunSettings Settings, LedgerAudit Audit, RunMarker? Marker)
{
    /// <summary>
    /// Refuses, before anything is written, an output with foreign files where a run writes. What a run of Pomona's has left
    /// there is looked at under the lock (<see cref="OpenAsync"/>).
    /// </summary>
    public static async Task RequireUsableAsync(IStore output, CancellationToken cancellation)
    {
        if (await ReadSettingsAsync(output, cancellation).ConfigureAwait(false) is not null)
            return;
        await LedgerAudit.ReadAsync(output, run: null, cancellation).ConfigureAwait(false);
        await PlanFile.TryReadAsync(output, cancellation).ConfigureAwait(false);
    }

    /// <summary>Makes the output ready for these settings, and writes them there. Called under the output's lock.</summary>
    /// <exception cref="PomonaException">The output holds a run of other settings, or foreign files.</exception>
    public static async Task<EarlierRun> OpenAsync(
        IStore output, RunSettings settings, bool restart, CancellationToken cancellation)
    {
        var found = await ReadSettingsAsync(output, cancellation).ConfigureAwait(false);
        var earlier = found?.Settings;
        if (earlier is not null && !restart)
            RequireSame(output, earlier, settings);
        var audit = await LedgerAudit.ReadAsync(output, earlier?.Run, cancellation).ConfigureAwait(false);
        if (found is not null && restart)
        {
            await RemoveAsync(output, found, audit, cancellation).ConfigureAwait(false);
            audit = await LedgerAudit.ReadAsync(output, run: null, cancellation).ConfigureAwait(false);
            earlier = null;
        }

        if (earlier is null)
        {
            await new Ledger(output, settings.Run).PlaceAsync(RunLayout.Settings, settings.ToJson(), cancellation).ConfigureAwait(false);
            return new EarlierRun(settings, audit, Marker: null);
        }

        // One that is short, as the audit has found, is none: the run ends once more.
        var marker = await RunNotes.MarkerAsync(output, folder: string.Empty, cancellation).ConfigureAwait(false);
        return new EarlierRun(settings with { Run = earlier.Run }, audit, marker);
    }

    private const int LargestSettings = 1 << 20;

    /// <summary>
    /// Withdraws the pages of what is lost, the marker first, so that the stages make it again; how many files' pages that
    /// were.
    /// </summary>
    public async Task<int> WithdrawLostAsync(IStore output, CancellationToken cancellation)
    {
        // Manifests keep their pages: they are made again from the listing, and must be what they were.
        string[] lost = [.. Audit.Lost.Where(file => !file.StartsWith(RunLayout.Manifests, StringComparison.Ordinal))];
        if (Audit.Lost.Count == 0)
            return 0;

        var ledger = new Ledger(output, Settings.Run);
        await ledger.RemoveAsync(RunLayout.Marker, cancellation).ConfigureAwait(false);
        var isFitted = await ledger.FindAsync(RunLayout.PcaJson, cancellation).ConfigureAwait(false) is not null;
        await Parallel.ForEachAsync(
            lost,
            new ParallelOptions { MaxDegreeOfParallelism = output.ReadsInFlight, CancellationToken = cancellation },
            async (file, token) => await ledger.WithdrawLostAsync(file, isFitted, token).ConfigureAwait(false)).ConfigureAwait(false);
        return Audit.Lost.Count;
    }

    /// <summary>
    /// Withdraws shards with images that could not be read, where nothing is built on them yet: whether a run stopped by a
    /// flood of such images, by another failure or by a person, what ailed them may be over. How many shards that were.
    /// </summary>
    public async Task<int> WithdrawUnreadAsync(IStore output, CancellationToken cancellation)
    {
        if (Audit.Unread.Count == 0 || Audit.Pages[RunLayout.MomentsFolder].Count > 0 || Audit.Pages[RunLayout.Models].Count > 0)
            return 0;

        var ledger = new Ledger(output, Settings.Run);
        await Parallel.ForEachAsync(
            Audit.Unread,
            new ParallelOptions { MaxDegreeOfParallelism = output.ReadsInFlight, CancellationToken = cancellation },
            async (file, token) => await ledger.WithdrawAsync(file, token).ConfigureAwait(false)).ConfigureAwait(false);
        // A shard may have been stopped between its two parts.
        return Audit.Unread.Select(static file => file[file.LastIndexOf('/')..]).Distinct().Count();
    }

    /// <summary>
    /// Removes a run's files. What says that it has finished goes first, then what was made last, and the plan after all that
    /// was made from it: a removal that is interrupted leaves a run that can be gone on with, never parts of one plan under
    /// another.
    /// </summary>
    private static async Task RemoveAsync(IStore output, FoundSettings earlier, LedgerAudit audit, CancellationToken cancellation)
    {
        var ledger = new Ledger(output, earlier.Settings.Run);
        await ledger.RemoveAsync(RunLayout.Marker, cancellation).ConfigureAwait(false);
        foreach (var folder in (IEnumerable<string>)[LedgerAudit.TopLevel, .. RunLayout.Folders.Reverse()])
        {
            if (folder == RunLayout.Manifests)
                await ledger.RemoveAsync(RunLayout.Plan, cancellation).ConfigureAwait(false);
            await Parallel.ForEachAsync(
                audit.Pages[folder],
                new ParallelOptions { MaxDegreeOfParallelism = output.ReadsInFlight, CancellationToken = cancellation },
                async (file, token) => await ledger.RemoveAsync(file, token).ConfigureAwait(false)).ConfigureAwait(false);
        }

        await ShardProgress.RemoveAllAsync(output, earlier.Settings.Run, isWhole: true, cancellation).ConfigureAwait(false);
        await ledger.RemoveVersionAsync(RunLayout.Settings, earlier.ETag, cancellation).ConfigureAwait(false);
    }

    /// <summary>The settings of the run that is there; null when none is.</summary>
    private static async Task<FoundSettings?> ReadSettingsAsync(IStore output, CancellationToken cancellation)
    {
        if (await output.TryReadAsync(RunLayout.Settings, LargestSettings, cancellation).ConfigureAwait(false) is not { Content.IsEmpty: false } found)
            return null;

        RunSettings settings;
        try
        {
            settings = RunSettings.FromJson(found.Content.Span);
        }
        catch (Exception cause) when (cause is JsonException or NotSupportedException)
        {
            throw Ledger.Foreign(output, RunLayout.Settings);
        }

        return !string.IsNullOrEmpty(settings.Run)
            ? new FoundSettings(settings, found.ETag)
            : throw new PomonaException(
                ExitCode.Conflict,
                $"{output.Address} holds a run of an earlier version of Pomona, which kept no ledger of its files: choose another "
                + "--output, or remove it yourself.");
    }

    private static void RequireSame(IStore output, RunSettings earlier, RunSettings settings)
    {
        var differences = earlier.Identity
            .Zip(settings.Identity)
            .Where(pair => !string.Equals(pair.First.Value, pair.Second.Value, StringComparison.Ordinal))
            .Select(pair => Printable.Change(pair.First.Key, pair.First.Value, pair.Second.Value))
            .ToArray();
        if (differences.Length > 0)
        {
            throw new PomonaException(
                ExitCode.Conflict,
                $"{output.Address} holds a run with other settings ({string.Join("; ", differences)}): "
                + "choose another --output, or start over with --restart.");
        }
    }

    /// <summary>The settings that are there, and their version.</summary>
    private sealed record FoundSettings(RunSettings Settings, string ETag);
}
