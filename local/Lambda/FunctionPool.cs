using System.Collections.Concurrent;

namespace Pomona.Local.Lambda;

/// <summary>The instances of one function: an event goes to an idle one, or to a new one, or waits.</summary>
internal sealed class FunctionPool : IAsyncDisposable
{
    private readonly FunctionStarter _starter;
    private readonly FunctionQuota _quota;
    private readonly ConcurrentStack<FunctionInstance> _idle = new();
    private readonly SemaphoreSlim _places;
    private volatile bool _closed;

    public FunctionPool(FunctionDefinition definition, FunctionStarter starter, FunctionQuota quota)
    {
        Definition = definition;
        _starter = starter;
        _quota = quota;
        _places = new SemaphoreSlim(starter.Concurrency);
    }

    /// <summary>The function; its event configuration may be set after it was created.</summary>
    public FunctionDefinition Definition { get; set; }

    /// <summary>
    /// How many events at once were reserved for the function: 0 refuses every event, as AWS does, and is how a function is
    /// switched off; null for no limit of its own.
    /// </summary>
    public int? ReservedConcurrency { get; set; }

    /// <summary>How many invocations ended, and how many of them in an error.</summary>
    public (int Ended, int Failed) Count => (Volatile.Read(ref _ended), Volatile.Read(ref _failed));

    private int _ended;
    private int _failed;

    /// <summary>Runs the function on the event.</summary>
    /// <param name="invocation">The event.</param>
    /// <param name="isQueued">
    /// Whether it comes from Lambda's queue, which counts among what the account has at once only while it is worked on; a call counts
    /// from its beginning.
    /// </param>
    /// <param name="cancellation">The caller is gone.</param>
    /// <exception cref="FunctionThrottledException">No concurrency is left for it.</exception>
    public async Task<InvocationResult> InvokeAsync(Invocation invocation, bool isQueued, CancellationToken cancellation)
    {
        if (_closed || ReservedConcurrency == 0 || (!isQueued && !_quota.TryTake()))
            throw new FunctionThrottledException(Definition.Name);
        var isCounted = !isQueued;
        try
        {
            await _places.WaitAsync(cancellation);
            try
            {
                if (!isCounted && !(isCounted = _quota.TryTake()))
                    throw new FunctionThrottledException(Definition.Name);
                return await InPlaceAsync(invocation, cancellation);
            }
            finally
            {
                _places.Release();
            }
        }
        finally
        {
            if (isCounted)
                _quota.GiveBack();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _closed = true;
        await EndIdleAsync();
    }

    private async Task<InvocationResult> InPlaceAsync(Invocation invocation, CancellationToken cancellation)
    {
        var instance = Take();
        try
        {
            var result = await instance.InvokeAsync(invocation, cancellation);
            Interlocked.Increment(ref _ended);
            if (result.FunctionError is not null)
                Interlocked.Increment(ref _failed);
            return result;
        }
        catch (OperationCanceledException)
        {
            // The caller left in the middle of an event: the process is in an unknown state.
            await instance.StopAsync();
            throw;
        }
        finally
        {
            if (instance.Alive)
                _idle.Push(instance);
            else
                await instance.DisposeAsync();
            // Also when the pool was closed between a look and the push.
            if (_closed)
                await EndIdleAsync();
        }
    }

    private async Task EndIdleAsync()
    {
        while (_idle.TryPop(out var instance))
            await instance.DisposeAsync();
    }

    private FunctionInstance Take()
    {
        while (_idle.TryPop(out var instance))
        {
            if (instance.Alive)
                return instance;
        }

        return _starter.Start(Definition);
    }
}
