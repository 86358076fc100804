using Pomona.Vision.Models.TensorFlowJs;

namespace Pomona.Vision.Models;

/// <summary>
/// Finds the model that a run uses. In this order: the one asked for (--model, else POMONA_MODEL); the cache, where the model
/// imported last goes before the Model Zoo's and that before nsfwjs's; the ONNX Model Zoo's MobileNetV2, downloaded; and,
/// where the network has only package registries, the MobileNetV2 of npm's nsfwjs, imported.
/// </summary>
/// <param name="options">Where to look.</param>
public sealed class ModelCatalog(ModelCatalogOptions options)
{
    /// <summary>What --model says for the ONNX Model Zoo's model.</summary>
    public const string Zoo = "zoo";

    /// <summary>What --model says for the model of npm's nsfwjs.</summary>
    public const string Nsfwjs = "nsfwjs";

    private readonly ModelCache _cache = new(options.CacheFolder);
    private readonly ModelDownload _download = new(options.Http, options.Time);
    private readonly NsfwjsPackage? _package = NsfwjsPackage.Find(options.Root, options.Program);

    /// <summary>Finds the model, ready to run; downloads or imports it when need be.</summary>
    /// <param name="requested">What --model says: a file, <c>zoo</c> or <c>nsfwjs</c>; or null.</param>
    /// <param name="cancellation">Ends the search.</param>
    /// <exception cref="ModelException">There is none, or the one asked for does not fit.</exception>
    public async Task<ResolvedModel> ResolveAsync(string? requested, CancellationToken cancellation)
    {
        if (Asked(requested) is (var asked, var by))
            return await RequestedAsync(asked, by, cancellation);

        if (options.Output is not null)
            throw new ModelException("--model-output names a tensor of the model that --model or POMONA_MODEL names: name one.");
        if (await PreferredAsync(cancellation) is { } preferred)
            return Resolved(preferred, "it was imported last");
        if (await CachedZooAsync(cancellation) is { } zoo)
            return Resolved(zoo, "it is in the cache");
        if (await CachedNsfwjsAsync(cancellation) is { } nsfwjs)
            return Resolved(nsfwjs, "it is in the cache");

        string zooReason;
        try
        {
            return Resolved(await DownloadZooAsync(cancellation), "nothing else was asked for, and it could be downloaded");
        }
        catch (ModelException e)
        {
            zooReason = e.Message;
        }

        return _package is not null
            ? Resolved(await ImportNsfwjsAsync(_package, cancellation), $"the ONNX Model Zoo's cannot be downloaded ({zooReason})")
            : throw new ModelException(
                $"There is no model: the ONNX Model Zoo's cannot be downloaded ({zooReason}), and npm's nsfwjs is not installed; "
                + "give one with --model FILE.onnx, or run ./pomona setup.");
    }

    /// <summary>Looks for models as <see cref="ResolveAsync"/> does, without fetching or writing anything.</summary>
    /// <param name="requested">What --model says, or null.</param>
    /// <param name="cancellation">Ends the search.</param>
    /// <exception cref="ModelException">The cache cannot be read.</exception>
    public async Task<ModelSurvey> SurveyAsync(string? requested, CancellationToken cancellation)
    {
        var candidates = new List<ModelCandidate>();
        var asked = Asked(requested);
        if (asked is (var name, var by) && name is not (Zoo or Nsfwjs))
            candidates.Add(await RequestedFileAsync(name, by, cancellation));
        candidates.AddRange(await CacheCandidatesAsync(cancellation));

        var isReachable = await _download.IsReachableAsync(options.Zoo, cancellation);
        candidates.Add(new ModelCandidate(
            ModelOrigin.Zoo, options.Zoo.Name, options.Zoo.Addresses[0].ToString(), isReachable,
            isReachable ? "can be downloaded" : "the network does not reach it", null));
        candidates.Add(new ModelCandidate(
            ModelOrigin.Npm, NsfwjsPackage.ModelName, _package?.Folder, _package is not null,
            _package is not null ? "installed; fine-tuned for another task" : "not installed: run ./pomona setup", null));

        return Choose(candidates, asked);
    }

    /// <summary>Puts a model into the cache and makes it the one that runs use.</summary>
    /// <param name="what">A file, <c>zoo</c> or <c>nsfwjs</c>.</param>
    /// <param name="cancellation">Ends the import.</param>
    /// <exception cref="ModelException">It cannot be had, does not fit, or the cache cannot be written.</exception>
    public async Task<CachedModel> ImportAsync(string what, CancellationToken cancellation)
    {
        var model = what switch
        {
            Zoo => await CachedZooAsync(cancellation) ?? await RequiredZooAsync(cancellation),
            Nsfwjs => await CachedNsfwjsAsync(cancellation) ?? await RequiredNsfwjsAsync(cancellation),
            _ => await ImportFileAsync(what, cancellation),
        };
        await _cache.PreferAsync(model.Name, cancellation);
        return model;
    }

    private static ResolvedModel Resolved(CachedModel model, string why) => new(
        model.Path,
        model.Metadata,
        model.Name == NsfwjsPackage.ModelName
            ? $"{model.Metadata.Name} (fine-tuned for another task: for better features, --model or 'pomona model import zoo'), "
                + $"because {why}."
            : $"{model.Metadata.Name}, because {why}.");

    private ModelSurvey Choose(List<ModelCandidate> candidates, (string Name, string By)? asked)
    {
        var usable = asked switch
        {
            (Zoo, _) => candidates.Where(candidate => candidate.Name == options.Zoo.Name),
            (Nsfwjs, _) => candidates.Where(candidate => candidate.Name == NsfwjsPackage.ModelName),
            not null => candidates.Take(1),
            null => candidates,
        };
        var chosen = usable.FirstOrDefault(candidate => candidate.IsAvailable);
        if (asked is null && candidates[0] is { Origin: ModelOrigin.Cache, IsAvailable: false, Metadata: null } broken)
            return new ModelSurvey(candidates, null, $"There is no model to use: {broken.Name} is {broken.Status}.");
        if (chosen is null)
            return new ModelSurvey(candidates, null, $"{(asked is null ? "There is no model to use: " : "")}{usable.First().Status}.");
        return new ModelSurvey(candidates, chosen, asked is (_, var by)
            ? $"{chosen.Name}, because {by} names it."
            : $"{chosen.Name}, because it is the first one available ({chosen.Status}).");
    }

    private async Task<List<ModelCandidate>> CacheCandidatesAsync(CancellationToken cancellation)
    {
        var candidates = new List<ModelCandidate>();
        var preferred = await _cache.PreferredAsync(cancellation);
        var models = await _cache.ListAsync(cancellation);
        // The Model Zoo's and nsfwjs's can be had again; another one that was imported cannot.
        if (preferred is not null && preferred != options.Zoo.Name && preferred != NsfwjsPackage.ModelName
            && models.All(model => model.Name != preferred))
            candidates.Add(new ModelCandidate(
                ModelOrigin.Cache, preferred, null, false, "imported last, but missing or damaged: import it again", null));

        foreach (var model in models.OrderBy(model => Rank(model, preferred)))
        {
            var (isAvailable, status) = await IsStaleAsync(model, cancellation)
                ? (false, "made from other files than those at hand")
                : Rank(model, preferred) switch
                {
                    0 => (true, "imported last"),
                    3 => (false, "imported earlier: import it again to use it"),
                    _ => (true, "in the cache"),
                };
            if (model.Name == NsfwjsPackage.ModelName)
                status += "; fine-tuned for another task";
            candidates.Add(new ModelCandidate(
                ModelOrigin.Cache, model.Metadata.Name, model.Path, isAvailable, status, model.Metadata));
        }

        return candidates;
    }

    private (string Asked, string By)? Asked(string? requested)
        => requested is { Length: > 0 } ? (requested, "--model")
            : options.Model is { } model ? (model, "POMONA_MODEL")
            : null;

    private async Task<ResolvedModel> RequestedAsync(string asked, string by, CancellationToken cancellation)
    {
        switch (asked)
        {
            case Zoo:
                return Resolved(await CachedZooAsync(cancellation) ?? await RequiredZooAsync(cancellation), $"{by} names it");
            case Nsfwjs:
                return Resolved(
                    await CachedNsfwjsAsync(cancellation) ?? await RequiredNsfwjsAsync(cancellation), $"{by} names it");
            default:
                var model = await PrepareFileAsync(asked, cancellation);
                return model.IsUnchanged
                    ? new ResolvedModel(Path.GetFullPath(asked), model.Metadata, $"{model.Metadata.Name}, because {by} names it.")
                    : new ResolvedModel(
                        await _cache.KeepCutAsync(model, cancellation),
                        model.Metadata,
                        $"{model.Metadata.Name} without its last layer, because {by} names it.");
        }
    }

    private async Task<ModelCandidate> RequestedFileAsync(string path, string by, CancellationToken cancellation)
    {
        try
        {
            var model = await PrepareFileAsync(path, cancellation);
            return new ModelCandidate(
                ModelOrigin.Requested, model.Metadata.Name, path, true, $"named by {by}", model.Metadata);
        }
        catch (ModelException e)
        {
            return new ModelCandidate(ModelOrigin.Requested, Path.GetFileName(path), path, false, e.Message.TrimEnd('.'), null);
        }
    }

    private async Task<FeatureModel> PrepareFileAsync(string path, CancellationToken cancellation)
        => FeatureModel.Prepare(
            await OnnxFile.ReadBytesAsync(path, cancellation),
            path,
            await ModelDescription.ReadSidecarAsync(path, cancellation),
            options.Output);

    private async Task<CachedModel> ImportFileAsync(string path, CancellationToken cancellation)
    {
        var model = await PrepareFileAsync(path, cancellation);
        // What does not run is not kept.
        FeatureSession.Load(model, path).Dispose();
        return await _cache.KeepAsync(
            $"{model.Metadata.Name}-{model.Metadata.Sha256[..8]}", model, model.Metadata.Sha256, cancellation);
    }

    private async Task<CachedModel?> PreferredAsync(CancellationToken cancellation)
    {
        var name = await _cache.PreferredAsync(cancellation);
        if (name is null)
            return null;
        if (name == options.Zoo.Name)
            return await CachedZooAsync(cancellation) ?? await RequiredZooAsync(cancellation);
        if (name == NsfwjsPackage.ModelName)
            return await CachedNsfwjsAsync(cancellation) ?? await RequiredNsfwjsAsync(cancellation);
        return await _cache.FindAsync(name, cancellation) ?? throw new ModelException(
            $"The model {name}, imported last, is missing from the cache or damaged: import it again, or delete {_cache.PreferredPath}.");
    }

    private async Task<CachedModel?> CachedZooAsync(CancellationToken cancellation)
        => await _cache.FindAsync(options.Zoo.Name, cancellation) is { } model && !await IsStaleAsync(model, cancellation)
            ? model
            : null;

    private async Task<CachedModel?> CachedNsfwjsAsync(CancellationToken cancellation)
        => await _cache.FindAsync(NsfwjsPackage.ModelName, cancellation) is { } model && !await IsStaleAsync(model, cancellation)
            ? model
            : null;

    private async Task<bool> IsStaleAsync(CachedModel model, CancellationToken cancellation)
    {
        if (model.Name == options.Zoo.Name)
            return model.SourceSha256 != options.Zoo.Sha256;
        return model.Name == NsfwjsPackage.ModelName
            && _package is not null && model.SourceSha256 != await _package.HashAsync(cancellation);
    }

    private async Task<CachedModel> RequiredZooAsync(CancellationToken cancellation)
    {
        try
        {
            return await DownloadZooAsync(cancellation);
        }
        catch (ModelException e)
        {
            throw new ModelException($"The ONNX Model Zoo's {options.Zoo.Name} cannot be downloaded ({e.Message}).", e);
        }
    }

    private async Task<CachedModel> RequiredNsfwjsAsync(CancellationToken cancellation)
        => await ImportNsfwjsAsync(
            _package ?? throw new ModelException("npm's nsfwjs is not installed: run ./pomona setup."), cancellation);

    private async Task<CachedModel> DownloadZooAsync(CancellationToken cancellation)
    {
        options.Notify(FormattableString.Invariant(
            $"downloading {options.Zoo.Name} ({options.Zoo.Size / 1e6:0.0} MB) from the ONNX Model Zoo"));
        var bytes = await _download.FetchAsync(options.Zoo, cancellation);
        var model = FeatureModel.Prepare(bytes, options.Zoo.Name + ".onnx", options.Zoo.Description, null);
        return await _cache.KeepAsync(options.Zoo.Name, model, options.Zoo.Sha256, cancellation);
    }

    private async Task<CachedModel> ImportNsfwjsAsync(NsfwjsPackage package, CancellationToken cancellation)
    {
        options.Notify("importing the MobileNetV2 of npm's nsfwjs");
        var model = await package.ImportAsync(cancellation);
        return await _cache.KeepAsync(NsfwjsPackage.ModelName, model, await package.HashAsync(cancellation), cancellation);
    }

    private int Rank(CachedModel model, string? preferred)
        => model.Name == preferred ? 0 : model.Name == options.Zoo.Name ? 1 : model.Name == NsfwjsPackage.ModelName ? 2 : 3;
}
