namespace Pomona.Tests;

/// <summary>A Chromium on this machine, and the tests' npm tools that drive it.</summary>
internal static class Chromium
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

    public static string? Path { get; } = Find();

    /// <summary>Why tests cannot use it; null when they can.</summary>
    public static string? Missing { get; }
        = Path is null ? "There is no Chromium: install one, or name its executable in POMONA_CHROMIUM."
            : !Directory.Exists(RepositoryRoot.File("tests/node_modules/playwright-core"))
                ? "The tests' npm tools are not installed: ./pomona test installs them."
                : null;

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("POMONA_CHROMIUM") is { Length: > 0 } named)
            return File.Exists(named) ? named : null;
        return (Environment.GetEnvironmentVariable("PATH") ?? "").Split(System.IO.Path.PathSeparator)
            .SelectMany(folder => Names.Select(name => System.IO.Path.Combine(folder, name)))
            .FirstOrDefault(File.Exists);
    }
}
