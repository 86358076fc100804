using System.Collections.Concurrent;
using Pomona.Samples;

namespace Pomona.Tests;

/// <summary>Drawn fruits of 48 × 48 pixels, which many tests start from; each set is drawn once in a process.</summary>
internal static class DrawnFruits
{
    private static readonly ConcurrentDictionary<int, Lazy<IReadOnlyList<(string Name, byte[] Content)>>> Drawn = new();

    public static void Write(string folder, int perClass)
    {
        foreach (var (name, content) in Drawn.GetOrAdd(perClass, static each => new(() => Draw(each))).Value)
        {
            var path = Path.Combine(folder, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, content);
        }
    }

    private static IReadOnlyList<(string, byte[])> Draw(int perClass)
    {
        using var folder = new TemporaryFolder();
        var root = folder["fruits"];
        SampleFolder.Write(root, perClass, seed: 1, size: 48, () => { }, CancellationToken.None);
        return [.. Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).Select(path => (Path.GetRelativePath(root, path), File.ReadAllBytes(path)))];
    }
}
