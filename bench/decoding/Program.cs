using System.Diagnostics;
using System.Globalization;
using Pomona.Bench;
using Pomona.DecodingBench;

// compare: one process per way and pair, in turn, each way's figures beside the product's of the same pair.
switch (args)
{
    case ["draw", var folder, var count, var width, var height]:
        DrawnPhotos.Write(folder, Number(count), Number(width), Number(height));
        return 0;
    case ["decode", var way, var folder, var rounds]:
        Decoding.Run(way, folder, Number(rounds));
        return 0;
    case ["compare", var folder, var rounds, var pairs]:
        Compare(folder, rounds, Number(pairs));
        return 0;
    default:
        Console.Error.WriteLine("""
            Usage: Pomona.DecodingBench draw FOLDER COUNT WIDTH HEIGHT
                   Pomona.DecodingBench compare FOLDER ROUNDS PAIRS
            """);
        return 2;
}

static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

static void Compare(string folder, string rounds, int pairs)
{
    var figures = Decoding.Ways.ToDictionary(way => way, _ => new List<(double User, double Peak, string Pixels)>());
    for (var pair = 0; pair < pairs; pair++)
    {
        foreach (var way in Decoding.Ways)
            figures[way].Add(Measure(way, folder, rounds));
    }

    var ours = figures[Decoding.Ways[0]];
    foreach (var way in Decoding.Ways)
    {
        var theirs = figures[way];
        var user = Median(theirs.Zip(ours, (a, b) => a.User / b.User));
        var peak = Median(theirs.Zip(ours, (a, b) => a.Peak / b.Peak));
        var same = theirs.All(run => run.Pixels == ours[0].Pixels);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{way,-17} user {Median(theirs.Select(run => run.User)),7:N0} ms ({user:N3}×)  peak {Median(theirs.Select(run => run.Peak)),6:N1} MB ({peak:N3}×)  {(same ? "same pixels" : "OTHER PIXELS")}"));
    }
}

static (double User, double Peak, string Pixels) Measure(string way, string folder, string rounds)
{
    using var child = Process.Start(
        new ProcessStartInfo(Environment.ProcessPath!, ["decode", way, folder, rounds]) { RedirectStandardOutput = true })!;
    var words = child.StandardOutput.ReadToEnd().Split(' ', StringSplitOptions.TrimEntries);
    child.WaitForExit();
    return (
        double.Parse(words[0], CultureInfo.InvariantCulture), double.Parse(words[1], CultureInfo.InvariantCulture), words[2]);
}

static double Median(IEnumerable<double> values)
{
    var sorted = values.Order().ToList();
    return sorted[sorted.Count / 2];
}
