using System.Globalization;
using System.Text.Json;
using Pomona.Contracts;
using Pomona.Job.Parquet;
using Pomona.Job.Progress;
using Pomona.Numerics.Classification;
using Pomona.Vision.Models.Catalog;

namespace Pomona.Bench;

/// <summary>A file of a data set: its key, whose first folder is its class, and its bytes.</summary>
internal sealed record DataFile(string Key, byte[] Content)
{
    public string Class => Key[..Key.IndexOf('/', StringComparison.Ordinal)];

    /// <summary>The images of a folder with a sub-folder for each class, in the order of their keys.</summary>
    public static IReadOnlyList<DataFile> Of(string folder)
        => [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(ImageFileName.IsImage)
            .Select(file => new DataFile(Path.GetRelativePath(folder, file).Replace('\\', '/'), File.ReadAllBytes(file)))
            .OrderBy(static file => file.Key, StringComparer.Ordinal)];
}

/// <summary>A line of <c>quality.jsonl</c>.</summary>
internal sealed record FoundImage(string Finding, string Image, string Label, double Score, string? Group, string? Suggested);

/// <summary>A whole run of the product over a data set, from its files to its findings.</summary>
/// <param name="Folder">Where the run lies.</param>
/// <param name="Found">What it found.</param>
internal sealed record QualityRun(string Folder, IReadOnlyList<FoundImage> Found)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <param name="files">The data set.</param>
    /// <param name="folder">For the data set and the run; new.</param>
    /// <param name="since">An earlier run of nearly the same files, whose parts are taken over.</param>
    /// <param name="model">The model.</param>
    public static async Task<QualityRun> OfAsync(IReadOnlyList<DataFile> files, string folder, QualityRun? since, ResolvedModel model)
    {
        var data = Path.Combine(folder, "data");
        foreach (var file in files)
        {
            var path = Path.Combine(data, file.Key);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllBytesAsync(path, file.Content);
        }

        var run = Path.Combine(folder, "run");
        await WholeRun.OfAsync(data, run, since?.Folder, model, new NoProgress());
        return new QualityRun(run, [.. File.ReadLines(Path.Combine(run, "quality.jsonl")).Select(static line => JsonSerializer.Deserialize<FoundImage>(line, Json)!)]);
    }

    /// <summary>The groups of one kind, each with its images.</summary>
    public IReadOnlyDictionary<string, string[]> Groups(string kind)
        => Found.Where(found => found.Finding == kind).GroupBy(static found => found.Group!).ToDictionary(
            static group => group.Key, static group => group.Select(static found => found.Image).ToArray());

    /// <summary>
    /// The naive rule for labels: every image that a classifier, which has not seen it, takes for another class; learnt from the run's
    /// components as the product's is.
    /// </summary>
    public IReadOnlySet<string> PredictedOtherwise()
    {
        var (images, labels, rows) = (new List<string>(), new List<string>(), new List<float>());
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Folder, "components"), "*.parquet").Order(StringComparer.Ordinal))
        {
            using var part = new PartReader(File.ReadAllBytes(file));
            while (part.ReadRowGroup(out var keys, out var classes, out var values, out var count))
            {
                images.AddRange(keys);
                labels.AddRange(classes);
                rows.AddRange(values.AsSpan(0, count * part.Width));
            }
        }

        string[] names = [.. labels.Distinct().Order(StringComparer.Ordinal)];
        int[] given = [.. labels.Select(label => Array.BinarySearch(names, label, StringComparer.Ordinal))];
        var probabilities = OutOfFoldProbabilities.Compute(
            [.. rows], rows.Count / given.Length, given, names.Length, seed: 1, Environment.ProcessorCount, CancellationToken.None);
        var otherwise = new HashSet<string>();
        for (var row = 0; row < given.Length; row++)
        {
            var ofRow = probabilities.AsSpan(row * names.Length, names.Length);
            if (ofRow.IndexOf(System.Numerics.Tensors.TensorPrimitives.Max<float>(ofRow)) != given[row])
                otherwise.Add(images[row]);
        }

        return otherwise;
    }
}

/// <summary>How well some of many were found.</summary>
/// <param name="Right">Found, and really such.</param>
/// <param name="Found">Found.</param>
/// <param name="All">Really such.</param>
internal readonly record struct FoundShare(long Right, long Found, long All)
{
    public double Precision => Found == 0 ? double.NaN : (double)Right / Found;

    public double Recall => (double)Right / All;

    public static FoundShare Of(IReadOnlySet<string> found, IReadOnlySet<string> real)
        => new(found.Count(real.Contains), found.Count, real.Count);

    /// <summary>A share with three digits; a dash where there is none.</summary>
    public static string Show(double share) => double.IsNaN(share) ? "–" : share.ToString("0.000", CultureInfo.InvariantCulture);
}
