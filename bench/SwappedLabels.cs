using System.Globalization;
using Pomona.Numerics.Randomness;

namespace Pomona.Bench;

/// <summary>A data set of which some files lie in the folder of another class, each other one equally likely.</summary>
internal sealed class SwappedLabels
{
    private readonly HashSet<string> _swapped = [];

    /// <param name="files">The data set; two classes at least.</param>
    /// <param name="share">The share of files that are moved.</param>
    /// <param name="seed">Chooses them.</param>
    public SwappedLabels(IReadOnlyList<DataFile> files, double share, ulong seed)
    {
        var random = new SplitMix64(seed);
        string[] classes = [.. files.Select(static file => file.Class).Distinct().Order(StringComparer.Ordinal)];
        var moved = Enumerable.Range(0, files.Count).ToArray();
        random.Shuffle(moved.AsSpan());
        var all = files.ToArray();
        foreach (var number in moved[..(int)Math.Round(files.Count * share)])
        {
            var file = files[number];
            var other = classes[(Array.IndexOf(classes, file.Class) + 1 + random.Below(classes.Length - 1)) % classes.Length];
            // Under a name that no file of that class has.
            all[number] = file with { Key = string.Create(CultureInfo.InvariantCulture, $"{other}/{number:D6}-{Path.GetFileName(file.Key)}") };
            _swapped.Add(all[number].Key);
        }

        Files = all;
    }

    public IReadOnlyList<DataFile> Files { get; }

    /// <summary>Those whose label is wrong.</summary>
    public IReadOnlySet<string> Swapped => _swapped;
}
