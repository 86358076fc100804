namespace Pomona.Vision.Models.Catalog;

/// <summary>The ONNX Model Zoo's MobileNetV2, pinned by SHA-256 and downloaded.</summary>
internal sealed class ZooSource(ModelCatalogOptions options, ModelCache cache) : PublishedSource(cache)
{
    private readonly ModelCache _cache = cache;
    private readonly ModelDownload _download = new(options.Http, options.Time);

    public override string Keyword => "zoo";

    public override string ModelName => options.Zoo.Name;

    public override string Fetched => "downloaded";

    public override async Task<ModelCandidate> SurveyAsync(string? by, CancellationToken cancellation)
    {
        var isReachable = await _download.IsReachableAsync(options.Zoo, cancellation);
        return new ModelCandidate(
            ModelOrigin.Zoo, ModelName, options.Zoo.Addresses[0].ToString(), isReachable,
            isReachable ? "can be downloaded" : "the network does not reach it", null);
    }

    public override Task<bool> IsStaleAsync(CachedModel model, CancellationToken cancellation)
        => Task.FromResult(model.SourceSha256 != options.Zoo.Sha256);

    public override async Task<(CachedModel? Model, Lack? Lack)> FetchAsync(CancellationToken cancellation)
    {
        try
        {
            options.Notify(FormattableString.Invariant(
                $"downloading {ModelName} ({options.Zoo.Size / 1e6:0.0} MB) from the ONNX Model Zoo"));
            var bytes = await _download.FetchAsync(options.Zoo, cancellation);
            var model = FeatureModel.Prepare(bytes, ModelName + ".onnx", options.Zoo.Description, null);
            return (await _cache.KeepAsync(ModelName, model, options.Zoo.Sha256, cancellation), null);
        }
        catch (ModelException e)
        {
            return (null, new Lack(
                $"the ONNX Model Zoo's cannot be downloaded ({e.Message})",
                $"The ONNX Model Zoo's {ModelName} cannot be downloaded ({e.Message}).",
                e));
        }
    }
}
