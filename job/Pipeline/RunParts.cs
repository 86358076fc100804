using Pomona.Contracts;
using Pomona.Job.Parquet;
using Pomona.Job.Runs;
using Pomona.Storage;

namespace Pomona.Job.Pipeline;

/// <summary>The parts that a run has written, as its driver reads them again once all are there.</summary>
internal sealed class RunParts(IStore output, Ledger ledger)
{
    /// <summary>What parts that are read ahead may take of memory together.</summary>
    private const long MostBytesAhead = 32 << 20;

    /// <summary>The parts of components in their order, while the next are being read; the caller disposes of each.</summary>
    /// <param name="plan">The run's.</param>
    /// <param name="width">Components per image.</param>
    /// <param name="cancellation">Stops it.</param>
    public IAsyncEnumerable<OpenPart> ComponentsAsync(RunPlan plan, int width, CancellationToken cancellation)
        => InOrderAsync(plan, plan.Shards, (long)width * sizeof(float), (number, token) => OpenAsync(RunLayout.Components(number), token), cancellation);

    /// <summary>What is read of shards in their order, while the next are being read; the caller disposes of each.</summary>
    /// <param name="plan">The run's.</param>
    /// <param name="count">How many there are to read.</param>
    /// <param name="bytesOfImage">What is read of an image.</param>
    /// <param name="read">Reads one.</param>
    /// <param name="cancellation">Stops it.</param>
    public IAsyncEnumerable<T> InOrderAsync<T>(
        RunPlan plan, int count, long bytesOfImage, Func<int, CancellationToken, Task<T>> read, CancellationToken cancellation)
    {
        var most = (int)Math.Clamp(MostBytesAhead / (plan.ShardSize * Math.Max(1, bytesOfImage)), 1, output.ReadsInFlight);
        return ReadAhead.InOrderAsync(count, most, read, cancellation);
    }

    /// <summary>A part of features or components.</summary>
    public async Task<OpenPart> OpenAsync(string key, CancellationToken cancellation) => new(await ReadAsync(key, cancellation).ConfigureAwait(false));

    /// <summary>A file as the run wrote it.</summary>
    public async Task<PooledBytes> ReadAsync(string key, CancellationToken cancellation)
    {
        var line = await ledger.GetAsync(key, cancellation).ConfigureAwait(false);
        return await ledger.ReadAsync(line, cancellation).ConfigureAwait(false);
    }

    /// <summary>Images are in key order over all parts, and as many as the parts of features have.</summary>
    public static InvalidDataException OutOfPlan(string where) => new($"{where} does not list the images that were planned");

    /// <summary>A part of features or components, in memory.</summary>
    internal sealed class OpenPart(PooledBytes bytes) : IDisposable
    {
        public PartReader Reader { get; } = new(bytes.Memory);

        /// <summary>Its rows, those of the images that are wanted.</summary>
        public IEnumerable<(string Image, string Label, float[] Values)> Rows(Func<string, bool> isWanted)
        {
            while (Reader.ReadRowGroup(out var images, out var labels, out var values, out var rows))
            {
                var width = rows == 0 ? 0 : Reader.Width;
                for (var row = 0; row < rows; row++)
                {
                    if (isWanted(images[row]))
                        yield return (images[row], labels[row], values.AsSpan(row * width, width).ToArray());
                }
            }
        }

        /// <inheritdoc/>
        public void Dispose()
        {
            Reader.Dispose();
            bytes.Dispose();
        }
    }
}
