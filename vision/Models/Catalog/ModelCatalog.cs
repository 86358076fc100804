namespace Pomona.Vision.Models.Catalog;

/// <summary>
/// Finds the model that a run uses. In this order: the one asked for (--model, else POMONA_MODEL); the cache, where the model
/// imported last goes first; and the published ones, which are fetched.
/// </summary>
public sealed class ModelCatalog
{
    private readonly ModelCatalogOptions _options;
    private readonly ModelCache _cache;
    private readonly PublishedSource[] _published;

    /// <summary>Looks where the options say.</summary>
    public ModelCatalog(ModelCatalogOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _cache = new ModelCache(options.CacheFolder);
        // In order of preference, in the cache and outside.
        _published = [new ZooSource(options, _cache), new NsfwjsSource(options, _cache)];
    }

    /// <summary>Finds the model, ready to run; downloads or imports it when need be.</summary>
    /// <param name="requested">What --model says: a file, <c>zoo</c> or <c>nsfwjs</c>; or null.</param>
    /// <param name="cancellation">Ends the search.</param>
    /// <exception cref="ModelException">There is none, or the one asked for does not fit.</exception>
    public async Task<ResolvedModel> ResolveAsync(string? requested, CancellationToken cancellation)
    {
        if (Asked(requested) is (var asked, var by))
            return await SourceOf(asked).ResolveAsync(by, cancellation);

        if (_options.Output is not null)
            throw new ModelException("--model-output names a tensor of the model that --model or POMONA_MODEL names: name one.");
        if (await PreferredAsync(cancellation) is { } preferred)
            return preferred;
        foreach (var source in _published)
            if (await source.CachedAsync(cancellation) is { } cached)
                return source.Resolved(cached, "it is in the cache");
        return await FetchAsync(cancellation);
    }

    /// <summary>Looks for models as <see cref="ResolveAsync"/> does, without fetching or writing anything.</summary>
    /// <param name="requested">What --model says, or null.</param>
    /// <param name="cancellation">Ends the search.</param>
    /// <exception cref="ModelException">The cache cannot be read.</exception>
    public async Task<ModelSurvey> SurveyAsync(string? requested, CancellationToken cancellation)
    {
        var candidates = new List<ModelCandidate>();
        var asked = Asked(requested);
        if (asked is (var name, var by) && SourceOf(name) is FileSource file)
            candidates.Add(await file.SurveyAsync(by, cancellation));
        candidates.AddRange(await CacheCandidatesAsync(cancellation));
        foreach (var source in _published)
            candidates.Add(await source.SurveyAsync(asked?.By, cancellation));
        return Choose(candidates, asked);
    }

    /// <summary>Puts a model into the cache and makes it the one that runs use.</summary>
    /// <param name="what">A file, <c>zoo</c> or <c>nsfwjs</c>.</param>
    /// <param name="cancellation">Ends the import.</param>
    /// <exception cref="ModelException">It cannot be had, does not fit, or the cache cannot be written.</exception>
    public async Task<CachedModel> ImportAsync(string what, CancellationToken cancellation)
    {
        var model = await SourceOf(what).ImportAsync(cancellation);
        await _cache.PreferAsync(model.Name, cancellation);
        return model;
    }

    private IModelSource SourceOf(string asked)
        => _published.FirstOrDefault(source => source.Keyword == asked)
            ?? (IModelSource)new FileSource(asked, _options.Output, _cache);

    private PublishedSource? PublisherOf(string modelName) => _published.FirstOrDefault(source => source.ModelName == modelName);

    private (string Name, string By)? Asked(string? requested)
        => requested is { Length: > 0 } ? (requested, "--model")
            : _options.Model is { } model ? (model, "POMONA_MODEL")
            : null;

    private async Task<ResolvedModel?> PreferredAsync(CancellationToken cancellation)
    {
        const string Why = "it was imported last";
        var name = await _cache.PreferredAsync(cancellation);
        if (name is null)
            return null;
        if (PublisherOf(name) is { } source)
            return source.Resolved(await source.ImportAsync(cancellation), Why);
        return await _cache.FindAsync(name, cancellation) is { } model
            ? new ResolvedModel(model.Path, model.Metadata, $"{model.Metadata.Name}, because {Why}.")
            : throw new ModelException(
                $"The model {name}, imported last, is missing from the cache or damaged: import it again, or delete {_cache.PreferredPath}.");
    }

    private async Task<ResolvedModel> FetchAsync(CancellationToken cancellation)
    {
        var lacks = new List<string>();
        foreach (var source in _published)
        {
            var (model, lack) = await source.FetchAsync(cancellation);
            if (model is not null)
            {
                return source.Resolved(
                    model, lacks.Count > 0 ? string.Join(" and ", lacks) : $"nothing else was asked for, and it could be {source.Fetched}");
            }

            lacks.Add(lack!.Clause);
        }

        throw new ModelException(
            $"There is no model: {string.Join(", and ", lacks)}; give one with --model FILE.onnx, or run ./pomona setup.");
    }

    private ModelSurvey Choose(List<ModelCandidate> candidates, (string Name, string By)? asked)
    {
        var usable = asked is not (var name, _) ? candidates
            : SourceOf(name) is PublishedSource published ? candidates.Where(candidate => candidate.Name == published.ModelName)
            : candidates.Take(1);
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
        // A published one can be had again; another one that was imported cannot.
        if (preferred is not null && PublisherOf(preferred) is null && models.All(model => model.Name != preferred))
            candidates.Add(new ModelCandidate(
                ModelOrigin.Cache, preferred, null, false, "imported last, but missing or damaged: import it again", null));

        foreach (var model in models.OrderBy(model => Rank(model.Name, preferred)))
        {
            var source = PublisherOf(model.Name);
            var (isAvailable, status) = source is not null && await source.IsStaleAsync(model, cancellation)
                ? (false, "made from other files than those at hand")
                : model.Name == preferred ? (true, "imported last")
                : source is not null ? (true, "in the cache")
                : (false, "imported earlier: import it again to use it");
            if (source?.Remark is { } remark)
                status += $"; {remark}";
            candidates.Add(new ModelCandidate(
                ModelOrigin.Cache, model.Metadata.Name, model.Path, isAvailable, status, model.Metadata));
        }

        return candidates;
    }

    // The model imported last, the published ones in order, and then all others.
    private int Rank(string modelName, string? preferred)
    {
        var place = Array.FindIndex(_published, source => source.ModelName == modelName);
        return modelName == preferred ? -1 : place < 0 ? _published.Length : place;
    }
}

/// <summary>The model that a run uses.</summary>
/// <param name="Path">A local .onnx file that ends in features.</param>
/// <param name="Metadata">What it is and what it expects.</param>
/// <param name="Why">One sentence: which model this is and why it was chosen.</param>
public sealed record ResolvedModel(string Path, ModelMetadata Metadata, string Why);
