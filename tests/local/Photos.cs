using Pomona.Local.Account;
using Pomona.Local.Demo;

namespace Pomona.Local.Tests;

/// <summary>Images for the tests: real photos where the shared data is, drawn ones where it is not.</summary>
internal static class Photos
{
    private static readonly Lazy<string> Drawn = new(() => SampleImages.EnsureAsync(
        new LocalSettings { Root = RepositoryRoot.Path, StateFolder = "", Front = new Uri("http://localhost/") },
        count: 1000, CancellationToken.None).GetAwaiter().GetResult());

    public static IReadOnlyList<string> Take(int count)
    {
        var shared = Environment.GetEnvironmentVariable("POMONA_SHARED") ?? Path.Combine(RepositoryRoot.Path, "..", "shared");
        var fruits = Path.Combine(shared, "data", "fruits");
        var folder = Directory.Exists(fruits) ? fruits : Drawn.Value;
        // Round robin over the classes, so that few images are of many.
        return [.. Directory.GetDirectories(folder).Order(StringComparer.Ordinal)
            .Select(label => Directory.GetFiles(label).Order(StringComparer.Ordinal))
            .SelectMany(files => files.Select((file, i) => (file, i)))
            .OrderBy(entry => entry.i).Take(count).Select(entry => entry.file)];
    }
}
