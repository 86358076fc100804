using Pomona.Contracts;
using Pomona.Job.Pipeline;
using Pomona.Storage;

namespace Pomona.Shards;

/// <summary>What no other call would do better: the workflow does not ask again. Its message is the sentence of the mail.</summary>
public sealed class RunRefusedException(string message, Exception? cause = null) : Exception(message, cause);

/// <summary>Another process writes the run: the workflow asks again until it has ended, or counts as dead.</summary>
public sealed class RunIsBusyException(string message, Exception? cause = null) : Exception(message, cause);

/// <summary>What went wrong may go right in another call. Its message is the sentence of the mail where it never does.</summary>
public sealed class ShardsFailedException(string message, Exception? cause = null) : Exception(message, cause);

/// <summary>Which of the three a failure of the job is.</summary>
internal static class WorkflowFailure
{
    /// <summary>Does something of the job's, and lets out what the workflow knows.</summary>
    public static async Task<T> ExplainAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await RunFailure.ExplainAsync(work);
        }
        catch (OutputBusyException busy)
        {
            throw new RunIsBusyException(busy.Message, busy);
        }
        catch (PomonaException failure) when (failure.Code is ExitCode.Input or ExitCode.Output or ExitCode.Fault)
        {
            throw new ShardsFailedException(failure.Message, failure);
        }
        catch (PomonaException refusal)
        {
            throw new RunRefusedException(refusal.Message, refusal);
        }
    }
}
