using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Spark;

namespace Pomona.Job.Engines.Spark;

/// <summary>How many tasks an executor runs at once, which is how many threads its worker process needs for inference.</summary>
internal static partial class ExecutorCores
{
    /// <summary>Reads it from Spark's configuration; 1 where nothing says more, as on YARN.</summary>
    public static int Of(SparkConf conf)
    {
        if (TryPositive(conf.Get("spark.executor.cores", string.Empty), out var cores))
            return cores;

        // local[2], local[*], local[2,4] (threads, failures) and local-cluster[2,1,1024] (executors, cores, MB)
        return LocalMaster().Match(conf.Get("spark.master", string.Empty)) is { Success: true } local
            ? local.Groups["clusterCores"] is { Success: true } each ? Positive(each.Value)
                : local.Groups["threads"].Value is "*" ? Environment.ProcessorCount
                : Positive(local.Groups["threads"].Value)
            : 1;
    }

    private static int Positive(string text) => TryPositive(text, out var number) ? number : 1;

    private static bool TryPositive(string text, out int number)
        => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number > 0;

    [GeneratedRegex(
        @"\Alocal(?:-cluster\[\s*[0-9]+\s*,\s*(?<clusterCores>[0-9]+)\s*,\s*[0-9]+\s*\]|\[\s*(?<threads>[0-9]+|\*)\s*(?:,\s*[0-9]+\s*)?\])\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex LocalMaster();
}
