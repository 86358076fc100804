namespace Pomona.Vision.Models.Catalog;

/// <summary>A model file that is named by its path.</summary>
internal sealed class FileSource(string path, string? output, ModelCache cache) : IModelSource
{
    public async Task<ResolvedModel> ResolveAsync(string by, CancellationToken cancellation)
    {
        var model = await PrepareAsync(cancellation);
        return model.IsUnchanged
            ? new ResolvedModel(Path.GetFullPath(path), model.Metadata, $"{model.Metadata.Name}, because {by} names it.")
            : new ResolvedModel(
                await cache.KeepCutAsync(model, cancellation),
                model.Metadata,
                $"{model.Metadata.Name} without its last layer, because {by} names it.");
    }

    public async Task<ModelCandidate> SurveyAsync(string? by, CancellationToken cancellation)
    {
        try
        {
            var model = await PrepareAsync(cancellation);
            return new ModelCandidate(
                ModelOrigin.Requested, model.Metadata.Name, path, true, $"named by {by}", model.Metadata);
        }
        catch (ModelException e)
        {
            return new ModelCandidate(ModelOrigin.Requested, Path.GetFileName(path), path, false, e.Message.TrimEnd('.'), null);
        }
    }

    public async Task<CachedModel> ImportAsync(CancellationToken cancellation)
    {
        var model = await PrepareAsync(cancellation);
        // What does not run is not kept.
        FeatureSession.Load(model, path).Dispose();
        return await cache.KeepAsync(
            $"{model.Metadata.Name}-{model.Metadata.Sha256[..8]}", model, model.Metadata.Sha256, cancellation);
    }

    private async Task<FeatureModel> PrepareAsync(CancellationToken cancellation)
        => FeatureModel.Prepare(
            await OnnxFile.ReadBytesAsync(path, cancellation),
            path,
            await ModelDescription.ReadSidecarAsync(path, cancellation),
            output);
}
