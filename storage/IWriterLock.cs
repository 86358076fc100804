using Pomona.Contracts;

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

/// <summary>Another process writes the output: what it is told to do may be done later.</summary>
public sealed class OutputBusyException(string message, Exception? cause = null) : PomonaException(ExitCode.Conflict, message, cause);
