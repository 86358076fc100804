namespace Pomona.Local.Processes;

/// <summary>A lock between processes: a file that one of them holds, until it lets go or ends.</summary>
internal static class FileLock
{
    // EWOULDBLOCK of Linux: somebody else holds it.
    private const int Held = 11;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Waits until nobody else holds the file.</summary>
    /// <param name="path">The file, which is made if need be and stays, in a folder that exists.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>What to dispose of to let go.</returns>
    public static async Task<IDisposable> HoldAsync(string path, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException fault) when (fault.HResult == Held)
            {
                await Task.Delay(Pause, TimeProvider.System, cancellation);
            }
        }
    }
}
