using Pomona.Vision.Models.TensorFlowJs;

namespace Pomona.Vision.Models.Catalog;

/// <summary>The MobileNetV2 of npm's nsfwjs, where the repository's set-up has installed it, imported.</summary>
internal sealed class NsfwjsSource(ModelCatalogOptions options, ModelCache cache) : PublishedSource(cache)
{
    private readonly ModelCache _cache = cache;
    private readonly NsfwjsPackage? _package = NsfwjsPackage.Find(options.Root, options.Program);

    public override string Keyword => "nsfwjs";

    public override string ModelName => NsfwjsPackage.ModelName;

    public override string Remark => "fine-tuned for another task";

    public override string Fetched => "imported";

    public override Task<ModelCandidate> SurveyAsync(string? by, CancellationToken cancellation)
        => Task.FromResult(new ModelCandidate(
            ModelOrigin.Npm, ModelName, _package?.Folder, _package is not null,
            _package is not null ? $"installed; {Remark}" : "not installed: run ./pomona setup", null));

    public override async Task<bool> IsStaleAsync(CachedModel model, CancellationToken cancellation)
        => _package is not null && model.SourceSha256 != await _package.HashAsync(cancellation);

    public override async Task<(CachedModel? Model, Lack? Lack)> FetchAsync(CancellationToken cancellation)
    {
        if (_package is null)
            return (null, new Lack("npm's nsfwjs is not installed", "npm's nsfwjs is not installed: run ./pomona setup."));

        options.Notify("importing the MobileNetV2 of npm's nsfwjs");
        var model = await _package.ImportAsync(cancellation);
        return (await _cache.KeepAsync(ModelName, model, await _package.HashAsync(cancellation), cancellation), null);
    }
}
