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
            File.Delete(holder);
            // Deleting before closing: the name is free for a new file while this one is still held, never the other way.
            File.Delete(file.Name);
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
