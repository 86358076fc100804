using Pomona.Job.Memory;

namespace Pomona.Job.Tests.Memory;

public sealed class ByteBudgetTests
{
    [Fact]
    public async Task Readers_together_never_hold_more_than_the_budget_unless_one_alone_does()
    {
        var budget = new ByteBudget(100);
        var random = new Random(7);
        long held = 0;
        var holders = 0;
        var faults = 0;
        var sizes = Enumerable.Range(0, 400).Select(_ => (long)random.Next(0, 150)).ToArray();

        await Parallel.ForEachAsync(sizes, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (size, token) =>
        {
            await budget.AcquireAsync(size, token);
            var now = Interlocked.Add(ref held, size);
            var count = Interlocked.Increment(ref holders);
            if (now > 100 && now != size && count > 1)
                Interlocked.Increment(ref faults);
            await Task.Yield();
            Interlocked.Decrement(ref holders);
            Interlocked.Add(ref held, -size);
            budget.Release(size);
        });

        Assert.Equal(0, faults);
        Assert.Equal(0, held);
    }

    [Fact]
    public async Task A_cancelled_wait_takes_nothing_and_lets_the_next_one_in()
    {
        var budget = new ByteBudget(10);
        await budget.AcquireAsync(10, CancellationToken.None);
        using var cancel = new CancellationTokenSource();
        var waiting = budget.AcquireAsync(5, cancel.Token);
        var next = budget.AcquireAsync(10, CancellationToken.None);

        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.False(next.IsCompleted);
        budget.Release(10);

        await next;
    }
}
