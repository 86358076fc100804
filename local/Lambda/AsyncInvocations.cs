using System.Collections.Concurrent;
using Pomona.Local.Account;

namespace Pomona.Local.Lambda;

/// <summary>
/// Lambda's queue of asynchronous events: every event is tried until the function succeeds, it failed too often, or it is
/// too old; what is given up goes to the dead-letter queue.
/// </summary>
/// <remarks>https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html</remarks>
internal sealed class AsyncInvocations(
    DeadLetters deadLetters, ScaledTime time, ILogger<AsyncInvocations> log) : BackgroundWork(log)
{
    private static readonly TimeSpan FirstThrottleDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestThrottleDelay = TimeSpan.FromMinutes(5);

    public void Add(FunctionPool pool, Invocation invocation) => Begin(
        $"The event {invocation.RequestId} for {pool.Definition.Name}", down => TryAsync(pool, invocation, down));

    private async Task TryAsync(FunctionPool pool, Invocation invocation, CancellationToken down)
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
                var result = await pool.InvokeAsync(invocation, isQueued: true, down);
                if (result.FunctionError is null)
                    return;
                if (++failures > pool.Definition.Retries)
                {
                    await deadLetters.SendAsync(pool.Definition, invocation, result, failures, down);
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
                await deadLetters.SendAsync(pool.Definition, invocation, null, failures, down);
                return;
            }

            await Task.Delay(delay, time, down);
        }
    }
}
