namespace Pomona.Job.Storage;

/// <summary>A local run's lock: an open file that no other process can open, and beside it who holds it.</summary>
internal sealed class FolderLock(FileStream file, string holder) : IAsyncDisposable
{
    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        File.Delete(holder);
        // Deleting before closing: the name is free for a new file while this one is still held, never the other way.
        File.Delete(file.Name);
        await file.DisposeAsync().ConfigureAwait(false);
    }
}
