using Microsoft.Win32.SafeHandles;

namespace Pomona.Storage;

/// <summary>
/// A local run's lock: an open file that no other process can lock, and beside it who holds it. The file stays when it is
/// given up: one that is unlinked could be held by one process while the next locks a new file of the same name.
/// </summary>
internal sealed class FolderLock(SafeFileHandle file, string holder) : IWriterLock
{
    /// <inheritdoc/>
    /// <remarks>The operating system takes it from nobody.</remarks>
    public CancellationToken Lost => CancellationToken.None;

    public ValueTask DisposeAsync()
    {
        try
        {
            File.Delete(holder);
        }
        catch (Exception left) when (left is IOException or UnauthorizedAccessException)
        {
            // Closing the file frees it all the same.
        }
        finally
        {
            file.Dispose();
        }

        return ValueTask.CompletedTask;
    }
}
