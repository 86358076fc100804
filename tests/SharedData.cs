namespace Pomona.Tests;

/// <summary>The data folder beside the repository, or where POMONA_SHARED says.</summary>
internal static class SharedData
{
    /// <summary>Its path, or null where it is missing.</summary>
    public static string? Folder { get; } = Find();

    /// <summary>The path of one of its files.</summary>
    public static string PathOf(params string[] parts) => Path.Combine([Folder!, .. parts]);

    private static string? Find()
    {
        var named = Environment.GetEnvironmentVariable("POMONA_SHARED");
        var shared = string.IsNullOrEmpty(named) ? Path.Combine(RepositoryRoot.Path, "..", "shared") : named;
        var data = Path.GetFullPath(Path.Combine(shared, "data"));
        return Directory.Exists(data) ? data : null;
    }
}
