using System.Globalization;
using System.Runtime.InteropServices;
using Pomona.Vision.Models.Catalog;

namespace Pomona.Bench;

/// <summary>
/// Faults planted by a seed in images, and how many of them whole runs of the product find: labels swapped, copies that are other
/// files. Beside what a naive rule gives: predicted ≠ given, equal file hash. Prints the tables of docs/performance.md.
/// </summary>
internal static class WrongImages
{
    public const string Command = "quality";

    private const ulong Seed = 20;
    private const int SmallCopies = 300;
    private const int DrawnPhotographs = 600;
    private const string NearDuplicate = "near-duplicate";

    public static async Task<int> RunAsync(string images, string modelFile, string? photographs)
    {
        var work = Directory.CreateTempSubdirectory("pomona-quality-").FullName;
        try
        {
            var model = await new ModelCatalog(new ModelCatalogOptions()).ResolveAsync(modelFile, CancellationToken.None);
            var files = DataFile.Of(images);
            var name = string.Create(CultureInfo.InvariantCulture, $"{files.Count:N0} images of {images}");
            Say(string.Create(CultureInfo.InvariantCulture, $"Processor: {Processor()}; {RuntimeInformation.FrameworkDescription}; ONNX Runtime {Microsoft.ML.OnnxRuntime.OrtEnv.Instance().GetVersionString()}"));
            Say("");
            Say("| labels swapped | on | precision | recall | predicted ≠ given: precision | recall |");
            Say("|---|---|---|---|---|---|");
            QualityRun? since = null;
            foreach (var share in (double[])[0.05, 0.01])
                since = await LabelsAsync(share, files, name, Path.Combine(work, $"labels-{share}"), since, model);

            Say("");
            Say("| copies | on | recall | precision | equal file hash: recall | precision |");
            Say("|---|---|---|---|---|---|");
            await CopiesAsync(CopyKind.Encoded, SmallCopies, files, name, Path.Combine(work, "small"), since, model);

            var drawn = Path.Combine(work, "drawn");
            DrawnScenes.Write(drawn, DrawnPhotographs);
            await PhotographsAsync(DataFile.Of(drawn), string.Create(CultureInfo.InvariantCulture, $"{DrawnPhotographs} drawn photographs"), Path.Combine(work, "photographs"), model);
            if (photographs is not null)
            {
                var own = DataFile.Of(photographs);
                await PhotographsAsync(own, string.Create(CultureInfo.InvariantCulture, $"{own.Count:N0} photographs of {photographs}"), Path.Combine(work, "own"), model);
            }

            return 0;
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private static async Task<QualityRun> LabelsAsync(
        double share, IReadOnlyList<DataFile> files, string name, string folder, QualityRun? since, ResolvedModel model)
    {
        var planted = new SwappedLabels(files, share, Seed);
        var run = await QualityRun.OfAsync(planted.Files, folder, since, model);
        var found = FoundShare.Of(run.Found.Where(static found => found.Finding == "label").Select(static found => found.Image).ToHashSet(), planted.Swapped);
        var naive = FoundShare.Of(run.PredictedOtherwise(), planted.Swapped);
        Say(string.Create(CultureInfo.InvariantCulture, $"| {share:P0} | {name} | {FoundShare.Show(found.Precision)} | {FoundShare.Show(found.Recall)} | {FoundShare.Show(naive.Precision)} | {FoundShare.Show(naive.Recall)} |"));
        return run;
    }

    // The two kinds of copies apart: a crop is not to be found by way of another copy.
    private static async Task PhotographsAsync(IReadOnlyList<DataFile> files, string name, string folder, ResolvedModel model)
    {
        var ofKind = files.Count / (2 * CopyKind.Encoded.Count);
        var run = await CopiesAsync(CopyKind.Encoded, ofKind, files, name, folder + "-encoded", null, model);
        await CopiesAsync(CopyKind.Cropped, files.Count / 2, files, name, folder + "-cropped", run, model);
    }

    private static async Task<QualityRun> CopiesAsync(
        IReadOnlyList<CopyKind> kinds, int ofKind, IReadOnlyList<DataFile> files, string name, string folder, QualityRun? since, ResolvedModel model)
    {
        var planted = new PlantedCopies(files, kinds, ofKind, Seed);
        var run = await QualityRun.OfAsync(planted.Files, folder, since, model);
        var (groups, naive) = (run.Groups(NearDuplicate), planted.EqualFiles());
        foreach (var ((kind, share), (_, equal)) in planted.Recall(groups).Zip(planted.Recall(naive)))
        {
            Say(string.Create(CultureInfo.InvariantCulture, $"| {share.All} {kind} | {name} | {FoundShare.Show(share.Recall)} | {FoundShare.Show(planted.Precision(groups))} | {FoundShare.Show(equal.Recall)} | {FoundShare.Show(planted.Precision(naive))} |"));
        }

        return run;
    }

    private static string Processor()
        => File.Exists("/proc/cpuinfo") && File.ReadLines("/proc/cpuinfo").FirstOrDefault(static line => line.StartsWith("model name", StringComparison.Ordinal)) is { } line
            ? line[(line.IndexOf(':', StringComparison.Ordinal) + 2)..]
            : RuntimeInformation.ProcessArchitecture.ToString();

    private static void Say(string line) => Console.WriteLine(line);
}
