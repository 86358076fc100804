namespace Pomona.Job.Models;

/// <summary>
/// Finds the model that a run uses. In this order: the one asked for (--model, else POMONA_MODEL).
/// </summary>
internal sealed class ModelCatalog(ModelCatalogOptions options)
{
    private readonly ModelCache _cache = new(options.CacheFolder);

    /// <summary>Finds the model, ready to run.</summary>
    /// <param name="requested">What --model says, or null.</param>
    /// <param name="cancellation">Ends the search.</param>
    /// <exception cref="ModelException">There is none, or the one asked for does not fit.</exception>
    public async Task<ResolvedModel> ResolveAsync(string? requested, CancellationToken cancellation)
    {
        if (requested is { Length: > 0 })
            return await FromFileAsync(requested, "--model names it", cancellation);
        if (options.Model is { } model)
            return await FromFileAsync(model, "POMONA_MODEL names it", cancellation);
        throw new ModelException("There is no model: give one with --model FILE.onnx.");
    }

    private async Task<ResolvedModel> FromFileAsync(string path, string why, CancellationToken cancellation)
    {
        var bytes = await OnnxFile.ReadBytesAsync(path, cancellation);
        var sidecar = await ModelDescription.ReadSidecarAsync(path, cancellation);
        var model = FeatureModel.Prepare(bytes, path, sidecar, options.Output);
        return model.IsUnchanged
            ? new ResolvedModel(path, model.Metadata, $"{path}, because {why}.")
            : new ResolvedModel(
                await _cache.KeepCutAsync(model, cancellation), model.Metadata, $"{path} without its last layer, because {why}.");
    }
}
