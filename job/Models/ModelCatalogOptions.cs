namespace Pomona.Job.Models;

/// <summary>Where models are looked for.</summary>
internal sealed record ModelCatalogOptions
{
    /// <summary>Where models are kept between runs; null when nothing names a place.</summary>
    public string? CacheFolder { get; init; }

    /// <summary>The model file that the environment asks for (POMONA_MODEL).</summary>
    public string? Model { get; init; }

    /// <summary>The feature tensor, when it is not the input of the last layer (--model-output).</summary>
    public string? Output { get; init; }

    /// <summary>
    /// As the environment says: POMONA_MODEL; POMONA_CACHE, else $XDG_CACHE_HOME/pomona, else ~/.cache/pomona.
    /// </summary>
    /// <param name="variable">Reads an environment variable.</param>
    public static ModelCatalogOptions FromEnvironment(Func<string, string?> variable)
    {
        return new ModelCatalogOptions { CacheFolder = Cache(), Model = Value("POMONA_MODEL") };

        string? Value(string name) => variable(name) is { Length: > 0 } value ? value : null;

        string? Cache()
        {
            if (Value("POMONA_CACHE") is { } cache)
                return cache;
            if (Value("XDG_CACHE_HOME") is { } caches)
                return Path.Combine(caches, "pomona");
            return (Value("HOME") ?? Value("USERPROFILE")) is { } home ? Path.Combine(home, ".cache", "pomona") : null;
        }
    }
}
