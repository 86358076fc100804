namespace Pomona.Vision.Models.Catalog;

/// <summary>Where a model can come from.</summary>
internal interface IModelSource
{
    /// <summary>Its model, ready to run.</summary>
    /// <param name="by">Who names it: <c>--model</c>, <c>POMONA_MODEL</c>.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="ModelException">It cannot be had, or does not fit.</exception>
    Task<ResolvedModel> ResolveAsync(string by, CancellationToken cancellation);

    /// <summary>Whether it has its model, without fetching or writing anything.</summary>
    /// <param name="by">Who names it, or null.</param>
    /// <param name="cancellation">Ends it.</param>
    Task<ModelCandidate> SurveyAsync(string? by, CancellationToken cancellation);

    /// <summary>Its model, in the cache.</summary>
    /// <exception cref="ModelException">It cannot be had, does not fit, or the cache cannot be written.</exception>
    Task<CachedModel> ImportAsync(CancellationToken cancellation);
}

/// <summary>
/// A published model that is fetched once and kept in the cache under its name, and fetched again when the cache's is damaged
/// or made from other files.
/// </summary>
internal abstract class PublishedSource(ModelCache cache) : IModelSource
{
    /// <summary>What --model says for it.</summary>
    public abstract string Keyword { get; }

    /// <summary>Its model's name in the cache.</summary>
    public abstract string ModelName { get; }

    /// <summary>What whoever uses it should know, as a clause; or null.</summary>
    public virtual string? Remark => null;

    /// <summary>How its model was had: "downloaded".</summary>
    public abstract string Fetched { get; }

    public async Task<ResolvedModel> ResolveAsync(string by, CancellationToken cancellation)
        => Resolved(await ImportAsync(cancellation), $"{by} names it");

    public abstract Task<ModelCandidate> SurveyAsync(string? by, CancellationToken cancellation);

    public async Task<CachedModel> ImportAsync(CancellationToken cancellation)
    {
        if (await CachedAsync(cancellation) is { } cached)
            return cached;
        var (model, lack) = await FetchAsync(cancellation);
        return model ?? throw new ModelException(lack!.Sentence, lack.Cause);
    }

    /// <summary>The cache's, if it is whole and made from the files at hand; null otherwise.</summary>
    public async Task<CachedModel?> CachedAsync(CancellationToken cancellation)
        => await cache.FindAsync(ModelName, cancellation) is { } model && !await IsStaleAsync(model, cancellation) ? model : null;

    /// <summary>Whether the cache's model was made from other files than those at hand.</summary>
    public abstract Task<bool> IsStaleAsync(CachedModel model, CancellationToken cancellation);

    /// <summary>Fetches the model and keeps it in the cache; or says why there is none.</summary>
    /// <exception cref="ModelException">It is there, but does not fit; or the cache cannot be written.</exception>
    public abstract Task<(CachedModel? Model, Lack? Lack)> FetchAsync(CancellationToken cancellation);

    /// <summary>Its model with the sentence that says why it is used.</summary>
    public ResolvedModel Resolved(CachedModel model, string why) => new(
        model.Path,
        model.Metadata,
        Remark is null
            ? $"{model.Metadata.Name}, because {why}."
            : $"{model.Metadata.Name} ({Remark}: for better features, --model or 'pomona model import zoo'), because {why}.");

    /// <summary>Why a source does not have its model.</summary>
    /// <param name="Clause">As a clause among others.</param>
    /// <param name="Sentence">As a sentence of its own, for whoever asked for this one.</param>
    /// <param name="Cause">What led here.</param>
    internal sealed record Lack(string Clause, string Sentence, Exception? Cause = null);
}
