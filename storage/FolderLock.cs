namespace Pomona.Storage;

/// <summary>A local run's lock: an open file that no other process can open, and beside it who holds it.</summary>
internal sealed class FolderLock(FileStream file, string holder) : IWriterLock
{
    /// <inheritdoc/>
    /// <remarks>The operating system takes it from nobody.</remarks>
    public CancellationToken Lost => CancellationToken.None;

    public async ValueTask DisposeAsync()
    {
        try
        {
            // The file that is locked stays: another process may have opened it just now, and would then hold a lock on a
            // file of no name while a third one locks a new file.
            File.Delete(holder);
        }
        catch (Exception left) when (left is IOException or UnauthorizedAccessException)
        {
            // Closing it frees it all the same.
        }
        finally
        {
            await file.DisposeAsync().ConfigureAwait(false);
        }
    }
}
