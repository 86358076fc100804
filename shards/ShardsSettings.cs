using System.Globalization;
using Pomona.Contracts;

namespace Pomona.Shards;

/// <summary>What the template says of the function, by environment variables (docs/workflow-contract.md).</summary>
/// <param name="Bucket">POMONA_BUCKET: nothing outside it is read or written.</param>
/// <param name="MemoryMegabytes">POMONA_FUNCTION_MEMORY: the function's memory, which its share of processors follows.</param>
internal sealed record ShardsSettings(string Bucket, int MemoryMegabytes)
{
    /// <summary>Threads that compute: one for each vCPU that the function has a whole or a part of.</summary>
    public int Threads => Math.Max(1, (MemoryMegabytes + RunEngine.MegabytesPerVcpu - 1) / RunEngine.MegabytesPerVcpu);

    /// <exception cref="InvalidOperationException">One is missing or impossible; the message names it.</exception>
    public static ShardsSettings Read(Func<string, string?> variable)
    {
        var memory = variable("POMONA_FUNCTION_MEMORY");
        return new ShardsSettings(
            variable("POMONA_BUCKET") is { Length: > 0 } bucket
                ? bucket
                : throw new InvalidOperationException("The environment variable POMONA_BUCKET is missing: set it as serverless.template does."),
            int.TryParse(memory, NumberStyles.None, CultureInfo.InvariantCulture, out var megabytes) && megabytes is >= RunEngine.LeastMegabytes and <= RunEngine.MostMegabytes
                ? megabytes
                : throw new InvalidOperationException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"The environment variable POMONA_FUNCTION_MEMORY is '{memory}': write {RunEngine.LeastMegabytes} to {RunEngine.MostMegabytes}, as serverless.template does.")));
    }
}
