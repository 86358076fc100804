namespace Pomona.Storage;

/// <summary>
/// Being the only writer of an output. Disposing of it gives it up; that this fails is no failure of the run: a lock whose
/// holder has ended is given to the next one anyway.
/// </summary>
public interface IWriterLock : IAsyncDisposable
{
    /// <summary>Is cancelled when another process has taken the output over, and this one must not write any more.</summary>
    CancellationToken Lost { get; }
}
