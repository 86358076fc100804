using System.Text.Json;
using Pomona.Contracts;
using Pomona.Job.Runs;
using Pomona.Storage;

namespace Pomona.Job.Pipeline;

/// <summary>
/// What an earlier run left under the output: nothing, a run to go on with, a finished one, or one of other settings, which
/// is refused. Called under the output's lock.
/// </summary>
internal static class EarlierRun
{
    // What says that work is done goes before the work, and the plan after all that was made from it: a removal that is
    // interrupted leaves a run that can be gone on with, never parts of one plan under another.
    private static readonly string[] Folders =
    [
        "work/extract/", "work/moments/", "model/", "components/", "features/", RunLayout.Manifests,
    ];

    private static readonly string[] Files = [RunLayout.Summary, RunLayout.Rejected, RunLayout.Report, RunLayout.Settings];

    /// <summary>
    /// Makes the output ready for these settings, and writes them there. The finished run's marker where there is one with
    /// the same settings; null otherwise.
    /// </summary>
    /// <exception cref="PomonaException">The output holds a run of other settings.</exception>
    public static async Task<RunMarker?> OpenAsync(
        IStore output,
        RunSettings settings,
        bool restart,
        CancellationToken cancellation)
    {
        if (restart)
            await RemoveAsync(output, cancellation).ConfigureAwait(false);

        if (!await output.ExistsAsync(RunLayout.Settings, cancellation).ConfigureAwait(false))
        {
            await output.WriteAsync(RunLayout.Settings, settings.ToJson(), cancellation).ConfigureAwait(false);
            return null;
        }

        await RequireSameAsync(output, settings, cancellation).ConfigureAwait(false);
        if (!await output.ExistsAsync(RunLayout.Marker, cancellation).ConfigureAwait(false))
            return null;

        using var bytes = await output.ReadAsync(RunLayout.Marker, etag: null, cancellation).ConfigureAwait(false);
        return JsonSerializer.Deserialize(bytes.Span, ContractJson.Readable.RunMarker);
    }

    /// <summary>Removes a run's files, the marker first, so that what is half removed does not count as finished.</summary>
    private static async Task RemoveAsync(IStore output, CancellationToken cancellation)
    {
        await output.DeleteAsync(RunLayout.Marker, cancellation).ConfigureAwait(false);
        foreach (var folder in Folders)
        {
            var keys = new List<string>();
            await foreach (var item in output.ListAsync(folder, cancellation).ConfigureAwait(false))
                keys.Add(item.Key);
            foreach (var key in keys)
                await output.DeleteAsync(key, cancellation).ConfigureAwait(false);
        }

        foreach (var file in Files)
            await output.DeleteAsync(file, cancellation).ConfigureAwait(false);
    }

    private static async Task RequireSameAsync(IStore output, RunSettings settings, CancellationToken cancellation)
    {
        RunSettings earlier;
        using (var bytes = await output.ReadAsync(RunLayout.Settings, etag: null, cancellation).ConfigureAwait(false))
        {
            try
            {
                earlier = RunSettings.FromJson(bytes.Span);
            }
            catch (JsonException cause)
            {
                throw new PomonaException(
                    ExitCode.Conflict,
                    $"{RunLayout.Settings} in {output.Address} is damaged: start over with --restart.",
                    cause);
            }
        }

        var differences = earlier.Identity
            .Zip(settings.Identity)
            .Where(pair => !string.Equals(pair.First.Value, pair.Second.Value, StringComparison.Ordinal))
            .Select(pair => $"{pair.First.Key} was {pair.First.Value} and is now {pair.Second.Value}")
            .ToArray();
        if (differences.Length > 0)
        {
            throw new PomonaException(
                ExitCode.Conflict,
                $"{output.Address} holds a run with other settings ({string.Join("; ", differences)}): "
                + "choose another --output, or start over with --restart.");
        }
    }
}
