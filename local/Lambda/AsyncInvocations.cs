using System.Collections.Concurrent;

namespace Pomona.Local.Lambda;

/// <summary>
/// Lambda's queue of asynchronous events: every event is tried until the function succeeds, it failed too often, or it is
/// too old; what is given up goes to the dead-letter queue.
/// </summary>
/// <remarks>https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html</remarks>
internal sealed class AsyncInvocations(
    DeadLetters deadLetters, ScaledTime time, ILogger<AsyncInvocations> log) : IDisposable
{
    private static readonly TimeSpan FirstThrottleDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestThrottleDelay = TimeSpan.FromMinutes(5);

    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<string, Task> _pending = new(StringComparer.Ordinal);

    /// <summary>How many events have not been handled yet.</summary>
    public int Pending => _pending.Count;

    /// <summary>Accepts an event.</summary>
    public void Add(FunctionPool pool, Invocation invocation)
    {
        // Whoever removes the entry must find it: the event waits until it is in the table.
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _pending[invocation.RequestId] = HandleAsync(pool, invocation, entered.Task);
        entered.SetResult();
    }

    /// <summary>Ends what is under way.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_pending.Values);
    }

    /// <inheritdoc/>
    public void Dispose() => _stop.Dispose();

    private async Task HandleAsync(FunctionPool pool, Invocation invocation, Task entered)
    {
        await entered;
        try
        {
            await TryAsync(pool, invocation);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The account is going down, and the event with it.
        }
        catch (Exception fault)
        {
            // One event must not take the queue down; whoever looks at the log sees it.
            log.LogError(fault, "The event {Request} for {Function} was lost.", invocation.RequestId, pool.Definition.Name);
        }
        finally
        {
            _pending.TryRemove(invocation.RequestId, out _);
        }
    }

    private async Task TryAsync(FunctionPool pool, Invocation invocation)
    {
        var function = pool.Definition;
        var deadline = time.GetUtcNow() + (function.MaximumEventAge ?? FunctionDefinition.LongestEventAge) / time.Scale;
        var throttleDelay = FirstThrottleDelay;
        var failures = 0;
        while (true)
        {
            TimeSpan delay;
            try
            {
                var result = await pool.InvokeAsync(invocation, _stop.Token);
                if (result.FunctionError is null)
                    return;
                if (++failures > pool.Definition.Retries)
                {
                    await deadLetters.SendAsync(pool.Definition, invocation, result, failures, _stop.Token);
                    return;
                }

                // One minute before the second attempt, two before the third.
                delay = TimeSpan.FromMinutes(failures);
            }
            catch (FunctionThrottledException)
            {
                delay = throttleDelay;
                throttleDelay = throttleDelay * 2 < LongestThrottleDelay ? throttleDelay * 2 : LongestThrottleDelay;
            }

            if (time.GetUtcNow() + delay / time.Scale > deadline)
            {
                await deadLetters.SendAsync(pool.Definition, invocation, null, failures, _stop.Token);
                return;
            }

            await Task.Delay(delay, time, _stop.Token);
        }
    }
}
