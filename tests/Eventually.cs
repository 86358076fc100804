using System.Diagnostics;

namespace Pomona.Tests;

/// <summary>Waits for what other processes bring about, however busy the machine is.</summary>
internal static class Eventually
{
    // Nothing that is waited for is expected to take this long: it only ends, and names, what hangs.
    private static readonly TimeSpan Hangs = TimeSpan.FromMinutes(10);

    /// <summary>Waits until something is found.</summary>
    /// <param name="look">What is found, or null.</param>
    /// <param name="what">What is waited for, and how it stands.</param>
    /// <param name="milliseconds">Between two looks.</param>
    public static async Task<T> FoundAsync<T>(Func<Task<T?>> look, Func<string> what, int milliseconds = 100)
        where T : class
    {
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < Hangs; await Task.Delay(milliseconds))
        {
            if (await look() is { } found)
                return found;
        }

        throw new TimeoutException($"{what()} did not come within {Hangs.TotalMinutes} minutes.");
    }

    /// <inheritdoc cref="FoundAsync"/>
    public static Task<T> FoundAsync<T>(Func<Task<T?>> look, string what)
        where T : class
        => FoundAsync(look, () => what);

    /// <summary>Waits until something holds.</summary>
    public static Task HoldsAsync(Func<bool> holds, string what) => HoldsAsync(holds, () => what);

    /// <inheritdoc cref="HoldsAsync(Func{bool}, string)"/>
    public static Task HoldsAsync(Func<bool> holds, Func<string> what) =>
        FoundAsync(() => Task.FromResult(holds() ? what : null), what);
}
