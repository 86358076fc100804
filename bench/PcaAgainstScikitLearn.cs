using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text.Json;
using Pomona.Contracts;
using Pomona.Numerics.Reduction;

namespace Pomona.Bench;

/// <summary>
/// Scaling and PCA from features in memory to 50 components: this project's beside scikit-learn's StandardScaler and
/// PCA(svd_solver="full") in float64, on the same data and as many threads, turn by turn in one run.
/// </summary>
internal static class PcaAgainstScikitLearn
{
    private const int Components = 50;
    private const int Rounds = 3;
    private static readonly string[] Pythons = ["python3", "/usr/bin/python3"];
    private static readonly string[] ThreadVariables = ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"];

    public static int Run(string[] arguments)
    {
        var threads = arguments is ["--threads", var text] ? int.Parse(text, CultureInfo.InvariantCulture) : 1;
        var python = FindPython();
        var features = BenchFeatures.Make();
        var folder = Directory.CreateTempSubdirectory("pomona-bench-");
        try
        {
            var data = Path.Combine(folder.FullName, "features.f32");
            BenchFeatures.Save(features, data);
            Console.WriteLine($"{Environment.ProcessorCount} processors, {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSDescription}");
            Console.WriteLine($"vectors of {(Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128)} bits, {threads} thread(s), {BenchFeatures.Images} x {BenchFeatures.Width}, {Components} components");

            var model = Fit(features, threads, out _);
            var (gram, search) = (new List<double>(), new List<double>());
            var (own, ownBusy) = (new List<double>(), new List<double>());
            JsonElement? peer = null;
            var (peers, peersBusy) = (new List<double>(), new List<double>());
            for (var round = 0; round < Rounds; round++)
            {
                for (var repeat = 0; repeat < 3; repeat++)
                {
                    GC.Collect();
                    var watch = Stopwatch.StartNew();
                    var busy = Environment.CpuUsage.TotalTime;
                    model = Fit(features, threads, out var gramTime);
                    ownBusy.Add((Environment.CpuUsage.TotalTime - busy).TotalMilliseconds);
                    own.Add(watch.Elapsed.TotalMilliseconds);
                    gram.Add(gramTime.TotalMilliseconds);
                    search.Add((watch.Elapsed - gramTime).TotalMilliseconds);
                }

                if (python is null)
                    continue;
                peer = RunPeer(python, data, threads);
                peers.Add(peer.Value.GetProperty("milliseconds").GetDouble());
                peersBusy.Add(peer.Value.GetProperty("cpu_milliseconds").GetDouble());
            }

            Console.WriteLine($"Pomona        median {Median(own),8:0.0} ms, {Median(ownBusy),8:0.0} ms of CPU   (moments {Median(gram):0.0}, scaling and eigenvectors {Median(search):0.0})");
            if (peer is not { } last)
            {
                Console.WriteLine("scikit-learn  not measured: no python3 on the PATH or in /usr/bin imports sklearn (Debian: apt-get install python3-sklearn)");
                return 0;
            }

            Console.WriteLine($"scikit-learn  median {Median(peers),8:0.0} ms, {Median(peersBusy),8:0.0} ms of CPU   ({last.GetProperty("versions").GetString()})");
            if (last.GetProperty("reference_blas").GetBoolean())
                Console.WriteLine("              with the slow reference BLAS: not a fair peer; install OpenBLAS (Debian: apt-get install libopenblas0)");
            Console.WriteLine($"{Median(peers) / Median(own):0.0} times as fast; {Median(peersBusy) / Median(ownBusy):0.0} times by CPU time, which a busy machine distorts less");
            Console.WriteLine($"largest difference of a ratio     {Difference(model.ExplainedVarianceRatio, Numbers(last.GetProperty("ratios"))):0.0e+00}");
            Console.WriteLine($"largest difference of a loading   {LoadingDifference(model, last.GetProperty("components")):0.0e+00}");
            return 0;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static PcaModel Fit(float[] features, int threads, out TimeSpan moments)
    {
        var watch = Stopwatch.StartNew();
        var parts = new Moments[threads];
        Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, i =>
        {
            var (from, to) = (BenchFeatures.Images * i / threads, BenchFeatures.Images * (i + 1) / threads);
            parts[i] = new Moments(BenchFeatures.Width);
            parts[i].Add(features.AsSpan(from * BenchFeatures.Width, (to - from) * BenchFeatures.Width), to - from);
            _ = parts[i].CoMoments;
        });
        var all = parts.Aggregate(Moments.Merge);
        moments = watch.Elapsed;
        return PrincipalComponents.Fit(all, Components, CancellationToken.None);
    }

    private static string? FindPython() => Pythons.FirstOrDefault(candidate =>
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(candidate, ["-c", "import sklearn"]) { RedirectStandardError = true })!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    });

    private static JsonElement RunPeer(string python, string data, int threads)
    {
        var start = new ProcessStartInfo(python,
        [
            Path.Combine(AppContext.BaseDirectory, "pca_scikit_learn.py"), data,
            BenchFeatures.Width.ToString(CultureInfo.InvariantCulture), Components.ToString(CultureInfo.InvariantCulture),
        ])
        { RedirectStandardOutput = true };
        foreach (var variable in ThreadVariables)
            start.Environment[variable] = threads.ToString(CultureInfo.InvariantCulture);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? JsonDocument.Parse(output).RootElement
            : throw new InvalidOperationException($"scikit-learn's side failed with exit code {process.ExitCode}.");
    }

    // Signs follow another convention there: each component is compared with the nearer of itself and its opposite.
    private static double LoadingDifference(PcaModel model, JsonElement components) => components.EnumerateArray()
        .Select((row, k) => (Theirs: Numbers(row), Own: model.Components[k]))
        .Max(pair => Math.Min(Difference(pair.Own, pair.Theirs), Difference(pair.Own, [.. pair.Theirs.Select(x => -x)])));

    private static double Difference(double[] a, double[] b) => a.Zip(b).Max(pair => Math.Abs(pair.First - pair.Second));

    private static double[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(n => n.GetDouble())];

    private static double Median(List<double> numbers) => numbers.Order().ElementAt(numbers.Count / 2);
}
