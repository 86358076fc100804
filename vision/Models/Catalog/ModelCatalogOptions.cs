namespace Pomona.Vision.Models.Catalog;

/// <summary>Where models are looked for.</summary>
public sealed record ModelCatalogOptions
{
    /// <summary>Where models are kept between runs; null when nothing names a place.</summary>
    public string? CacheFolder { get; init; }

    /// <summary>The model that the environment asks for (POMONA_MODEL).</summary>
    public string? Model { get; init; }

    /// <summary>The feature tensor, when it is not the input of the last layer (--model-output).</summary>
    public string? Output { get; init; }

    /// <summary>The repository, whose set-up installs npm's nsfwjs; null to look for it above the program.</summary>
    public string? Root { get; init; }

    /// <summary>The program's folder.</summary>
    public string Program { get; init; } = AppContext.BaseDirectory;

    /// <summary>The model that is downloaded when nothing else is at hand.</summary>
    public ZooModel Zoo { get; init; } = ZooModel.MobileNetV2;

    /// <summary>Sends the requests of a download, and is not disposed; null for the network.</summary>
    public HttpMessageHandler? Http { get; init; }

    /// <summary>Measures how long a download may take.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Hears of work that takes more than a moment, one sentence each.</summary>
    public Action<string> Notify { get; init; } = _ => { };

    /// <summary>
    /// As the environment says: POMONA_MODEL; POMONA_CACHE, else $XDG_CACHE_HOME/pomona, else ~/.cache/pomona; POMONA_ROOT.
    /// </summary>
    /// <param name="variable">Reads an environment variable.</param>
    public static ModelCatalogOptions FromEnvironment(Func<string, string?> variable)
    {
        return new ModelCatalogOptions { CacheFolder = Cache(), Model = Value("POMONA_MODEL"), Root = Value("POMONA_ROOT") };

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
