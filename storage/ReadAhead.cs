using System.Runtime.CompilerServices;

namespace Pomona.Storage;

/// <summary>
/// Reads of many objects, handed over in order while the next ones are under way: one wait after the other, the parts of
/// 200,000 shards would take S3 an hour and a half.
/// </summary>
public static class ReadAhead
{
    /// <summary>The results of <paramref name="read"/> for 0 to count−1, in that order.</summary>
    /// <param name="count">How many there are.</param>
    /// <param name="most">How many reads may be under way, or done and not yet handed over.</param>
    /// <param name="read">Reads one.</param>
    /// <param name="cancellation">Stops it.</param>
    public static async IAsyncEnumerable<T> InOrderAsync<T>(
        int count,
        int most,
        Func<int, CancellationToken, Task<T>> read,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        var ahead = new Queue<Task<T>>();
        try
        {
            for (var next = 0; next < count || ahead.Count > 0;)
            {
                for (; next < count && ahead.Count < most; next++)
                    ahead.Enqueue(read(next, cancellation));
                yield return await ahead.Dequeue().ConfigureAwait(false);
            }
        }
        finally
        {
            // What is under way still uses the store, and what has come nobody takes any more.
            foreach (var left in ahead)
                await EndAsync(left).ConfigureAwait(false);
        }
    }

    private static async Task EndAsync<T>(Task<T> read)
    {
        await ((Task)read).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (read.IsCompletedSuccessfully)
            (read.Result as IDisposable)?.Dispose();
    }
}
