using System.Text.Json.Nodes;
using Pomona.Contracts;
using Pomona.Job.Runs;
using Pomona.Numerics.Reduction;
using Pomona.Storage;

namespace Pomona.Job.Pipeline;

/// <summary>The scaler and the components of an earlier run that a run keeps, so that the coordinates of both are comparable.</summary>
/// <param name="Address">The earlier run's folder.</param>
/// <param name="Model">Its <see cref="RunLayout.PcaJson"/>.</param>
internal sealed record KeptBasis(string Address, PcaModel Model)
{
    /// <summary>What of <see cref="ModelNote"/> may differ: where a model came from, what it is called, and which images were rejected.</summary>
    private static readonly string[] NamesAlone = ["model_name", "model_source", ModelNote.MaxMegapixels];

    /// <summary>Reads it; the earlier run is only read.</summary>
    /// <param name="address">The earlier run's folder, local or in S3.</param>
    /// <param name="settings">Of the run that is to keep it.</param>
    /// <param name="cancellation">Stops the reading.</param>
    /// <exception cref="PomonaException">There is no finished run, or it made its features otherwise.</exception>
    public static async Task<KeptBasis> ReadAsync(string address, RunSettings settings, CancellationToken cancellation)
    {
        if (settings.Components.Share is not null)
        {
            throw new PomonaException(
                ExitCode.Usage,
                $"{JobArguments.Basis} keeps components that are there, and {JobArguments.Components} is {settings.Components}: leave it out, or say how many of them.");
        }

        using var run = StoreAddress.Open(address);
        if (await RunNotes.MarkerAsync(run, folder: string.Empty, cancellation).ConfigureAwait(false) is null)
        {
            throw new PomonaException(
                ExitCode.Input,
                $"{run.Address} holds no finished run ({RunLayout.Marker} is missing or not a run's): give {JobArguments.Basis} the folder of one that has finished.");
        }

        PcaModel model;
        JsonObject about;
        try
        {
            using var json = await run.ReadAsync(RunLayout.PcaJson, etag: null, cancellation).ConfigureAwait(false);
            model = PcaModel.ReadJson(json.AsStream(), out about);
            if (!JsonText.IsClear(about))
                throw new InvalidDataException("pca.json is damaged: what it says about its features cannot be read.");
        }
        catch (InvalidDataException damaged)
        {
            throw new PomonaException(ExitCode.Input, $"the basis {run.Address} cannot be used: {damaged.Message}", damaged);
        }

        var differences = ModelNote.Of(settings)
            .Where(note => !NamesAlone.Contains(note.Key))
            .Select(note => (note.Key, Now: note.Value, Then: about.At(note.Key).AsText() ?? "unknown"))
            .Where(note => !string.Equals(note.Now, note.Then, StringComparison.Ordinal))
            .Select(note => Printable.Change(note.Key, note.Then, note.Now))
            .ToArray();
        if (differences.Length > 0 || model.Width != settings.Model.FeatureWidth)
        {
            throw new PomonaException(
                ExitCode.Conflict,
                $"the basis {run.Address} is of features that were made otherwise ({string.Join("; ", differences)}): its components mean nothing here. "
                + $"Run with its settings, or leave {JobArguments.Basis} out.");
        }

        return new KeptBasis(run.Address, model);
    }
}
