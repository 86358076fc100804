using System.Diagnostics;
using System.Globalization;
using Pomona.Contracts;
using Pomona.Job.Pipeline;
using Pomona.Job.Progress;
using Pomona.Vision.Models.Catalog;

namespace Pomona.Bench;

/// <summary>
/// A data set that grows by a twentieth: what extraction takes that takes over from the run before, against one from scratch; and
/// where nothing is new. In a folder, where the content of every image is read and compared.
/// </summary>
internal static class Growth
{
    private const int Share = 20;

    public static async Task<int> RunAsync(string photos, string modelFile)
    {
        var work = Directory.CreateTempSubdirectory("pomona-growth-").FullName;
        try
        {
            var data = Path.Combine(work, "data");
            string[] files = [.. Directory.EnumerateFiles(photos, "*", SearchOption.AllDirectories).Where(ImageFileName.IsImage).Order(StringComparer.Ordinal)];
            foreach (var file in files)
                Place(file, Path.Combine(data, Path.GetRelativePath(photos, file)), []);
            var first = await MeasureAsync("before", data, work, "first", since: null, modelFile);
            var same = await MeasureAsync("nothing new", data, work, "same", since: "first", modelFile);

            // New to the byte, and as costly as the others: a JPEG may have anything behind its end.
            foreach (var file in files.Where((_, number) => number % Share == 0))
                Place(file, Path.Combine(data, Path.ChangeExtension(Path.GetRelativePath(photos, file), ".new" + Path.GetExtension(file))), [0]);
            var grown = await MeasureAsync("grown, since the run before", data, work, "grown", since: "first", modelFile);
            var scratch = await MeasureAsync("grown, from scratch", data, work, "scratch", since: null, modelFile);

            Console.WriteLine();
            foreach (var taken in (Taken[])[first, same, grown, scratch])
            {
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{taken.What,-28} {taken.Images,7:N0} images, {taken.TakenOver,7:N0} taken over: extract {taken.Seconds,7:0.0} s, {taken.Processor,7:0.0} CPU-s ({taken.Processor / scratch.Processor:P1}; of the clock {taken.Seconds / scratch.Seconds:P1})"));
            }

            return 0;
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private static void Place(string file, string place, ReadOnlySpan<byte> behind)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(place)!);
        File.WriteAllBytes(place, [.. File.ReadAllBytes(file), .. behind]);
    }

    private static async Task<Taken> MeasureAsync(string what, string data, string work, string name, string? since, string modelFile)
    {
        var model = await new ModelCatalog(new ModelCatalogOptions()).ResolveAsync(modelFile, CancellationToken.None);
        var watch = new ExtractWatch();
        var marker = await WholeRun.OfAsync(data, Path.Combine(work, name), since is null ? null : Path.Combine(work, since), model, watch);
        return new Taken(what, marker.Summary.Images + marker.Summary.Rejected, marker.Summary.TakenOver ?? 0, watch.Seconds, watch.Processor);
    }

    private sealed record Taken(string What, long Images, long TakenOver, double Seconds, double Processor);

    /// <summary>Holds what the extraction takes.</summary>
    private sealed class ExtractWatch : IRunProgress
    {
        private readonly NoProgress _inner = new();

        public double Seconds { get; private set; }

        public double Processor { get; private set; }

        public IStageProgress Begin(string stage, long images) => stage == RunStage.Extract ? new Scope(this, _inner.Begin(stage, images)) : _inner.Begin(stage, images);

        public void Say(string line) => Console.Error.WriteLine(line);

        private sealed class Scope(ExtractWatch owner, IStageProgress inner) : IStageProgress
        {
            private readonly long _began = Stopwatch.GetTimestamp();
            private readonly TimeSpan _processor = Used;

            private static TimeSpan Used => Environment.CpuUsage.TotalTime;

            public void ImagesDone(int count) => inner.ImagesDone(count);

            public void ShardDone() => inner.ShardDone();

            public void Dispose()
            {
                owner.Seconds = Stopwatch.GetElapsedTime(_began).TotalSeconds;
                owner.Processor = (Used - _processor).TotalSeconds;
                inner.Dispose();
            }
        }
    }
}
