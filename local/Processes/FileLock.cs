using Pomona.Local.Account;

namespace Pomona.Local.Processes;

/// <summary>A lock between processes: a file that one of them holds, until it lets go or ends.</summary>
internal static class FileLock
{
    // EWOULDBLOCK: somebody else holds it.
    private static readonly int Held = OperatingSystem.IsMacOS() ? 35 : 11;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Waits until nobody else holds the file.</summary>
    /// <param name="path">The file, which is made if need be and stays, in a folder that exists.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>What to dispose of to let go.</returns>
    /// <exception cref="LocalCloudException">The file system has no locks that keep anybody out.</exception>
    public static async Task<IDisposable> HoldAsync(string path, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                var held = Open(path);
                try
                {
                    // .NET takes a lock that the file system does not know for one that it got: only a second open tells.
                    Open(path).Dispose();
                }
                catch (IOException fault) when (fault.HResult == Held)
                {
                    return held;
                }

                held.Dispose();
                throw new LocalCloudException(
                    $"the file system of {path} has no locks that keep a second process out: put the checkout on a local disk.");
            }
            catch (IOException fault) when (fault.HResult == Held)
            {
                await Task.Delay(Pause, TimeProvider.System, cancellation);
            }
        }
    }

    private static FileStream Open(string path) => new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
}
