using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Pomona.Contracts;

namespace Pomona.Storage.Tests;

public sealed class WriterLeaseTests(MotoServer moto) : IClassFixture<MotoServer>
{
    [Theory, MemoryKind, S3Kind]
    public async Task A_second_writer_is_refused_until_the_first_has_ended_or_fallen_silent(string kind)
    {
        using var any = await AnyStore.NewAsync(kind, moto);
        var store = any.Store;
        var time = new FakeTimeProvider();
        await using (await store.LockAsync(RunLayout.Lock, time, CancellationToken.None))
        {
            var refused = await Assert.ThrowsAsync<OutputBusyException>(
                () => store.LockAsync(RunLayout.Lock, time, CancellationToken.None));
            Assert.Equal(ExitCode.Conflict, refused.Code);
            Assert.Contains($"process {Environment.ProcessId}", refused.Message, StringComparison.Ordinal);
        }

        // A killed holder on another machine never gives its lock up.
        var dead = new WriterIdentity("elsewhere", 1, time.GetUtcNow(), time.GetUtcNow());
        await store.WriteAsync(RunLayout.Lock, Bytes(dead), CancellationToken.None);
        await Assert.ThrowsAsync<OutputBusyException>(() => store.LockAsync(RunLayout.Lock, time, CancellationToken.None));
        time.Advance(WriterLease.Stale + TimeSpan.FromSeconds(1));

        await using var taken = await store.LockAsync(RunLayout.Lock, time, CancellationToken.None);
    }

    [Theory, MemoryKind, S3Kind]
    public async Task A_writer_that_was_silent_for_too_long_hears_that_it_was_taken_over_and_leaves_the_others_lock(string kind)
    {
        using var any = await AnyStore.NewAsync(kind, moto);
        var store = any.Store;
        var time = new AwaitedTime();
        var lost = new TaskCompletionSource();
        await using (var slept = await store.LockAsync(RunLayout.Lock, time, CancellationToken.None))
        {
            slept.Lost.Register(lost.SetResult);
            var other = new WriterIdentity("elsewhere", 1, time.GetUtcNow(), time.GetUtcNow());
            await store.WriteAsync(RunLayout.Lock, Bytes(other), CancellationToken.None);
            while (!time.IsAwaited)
                await Task.Delay(10);

            time.Advance(WriterLease.Renewal);

            await lost.Task.WaitAsync(TimeSpan.FromMinutes(1));
        }

        var refused = await Assert.ThrowsAsync<OutputBusyException>(() => store.LockAsync(RunLayout.Lock, time, CancellationToken.None));
        Assert.Contains("process 1 on elsewhere", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_writer_whose_own_write_was_answered_as_if_a_rival_had_been_quicker_goes_on()
    {
        using var store = new MemoryStore();
        using var repeating = new RepeatingStore(store);

        await using (var held = await WriterLease.TakeAsync(repeating, RunLayout.Lock, TimeProvider.System, CancellationToken.None))
            Assert.False(held.Lost.IsCancellationRequested);

        Assert.Empty(store.Keys);
    }

    [Fact]
    public async Task A_renewal_that_was_done_and_never_answered_does_not_end_the_run()
    {
        using var store = new MemoryStore();
        using var deaf = new DeafStore(store);
        var time = new AwaitedTime();
        await using var held = await WriterLease.TakeAsync(deaf, RunLayout.Lock, time, CancellationToken.None);

        for (var renewal = 0; renewal < 3; renewal++)
        {
            var before = deaf.Renewals;
            while (!time.IsAwaited)
                await Task.Delay(1);
            time.Advance(WriterLease.Renewal);
            while (deaf.Renewals == before)
                await Task.Delay(1);
        }

        while (!time.IsAwaited)
            await Task.Delay(1);
        Assert.False(held.Lost.IsCancellationRequested);
    }

    [Fact]
    public async Task What_is_no_lock_is_left_alone()
    {
        using var store = new MemoryStore();
        store[RunLayout.Lock] = "{}"u8.ToArray();

        var refused = await Assert.ThrowsAsync<PomonaException>(
            () => store.LockAsync(RunLayout.Lock, TimeProvider.System, CancellationToken.None));

        Assert.Contains("is no lock of Pomona's", refused.Message, StringComparison.Ordinal);
        Assert.Equal("{}"u8, store[RunLayout.Lock]);
    }

    [MotoFact]
    public async Task A_lock_that_cannot_be_removed_is_no_failure_of_the_run()
    {
        using var forbidding = new ForbiddingHandler(request => request.Method == HttpMethod.Delete);
        using var store = await AnyStore.NewS3Async(moto, forbidding);

        var held = await store.LockAsync(RunLayout.Lock, TimeProvider.System, CancellationToken.None);
        await held.DisposeAsync();

        Assert.True(await store.ExistsAsync(RunLayout.Lock, CancellationToken.None));
    }

    /// <summary>Every creation's answer is lost, and the request sent again.</summary>
    private sealed class RepeatingStore(IStore store) : ForwardingStore(store)
    {
        public override async Task<string?> TryCreateAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellation)
        {
            await base.TryCreateAsync(key, content, cancellation);
            return await base.TryCreateAsync(key, content, cancellation);
        }
    }

    /// <summary>Every other replacement is done and never answered.</summary>
    private sealed class DeafStore(IStore store) : ForwardingStore(store)
    {
        private int _renewals;

        public int Renewals => Volatile.Read(ref _renewals);

        public override async Task<string?> TryReplaceAsync(
            string key, string etag, ReadOnlyMemory<byte> content, CancellationToken cancellation)
        {
            var replaced = await base.TryReplaceAsync(key, etag, content, cancellation);
            return Interlocked.Increment(ref _renewals) % 2 == 1
                ? throw new StoreException(StoreFault.Unreachable, "the answer was lost")
                : replaced;
        }
    }

    private static byte[] Bytes(WriterIdentity identity)
        => JsonSerializer.SerializeToUtf8Bytes(identity, StorageJson.Default.WriterIdentity);
}
