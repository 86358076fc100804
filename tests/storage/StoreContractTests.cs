using System.Text;
using Pomona.Contracts;

namespace Pomona.Storage.Tests;

/// <summary>What every store promises: a folder, S3, and the store in memory that stands for a bucket in other tests.</summary>
public sealed class StoreContractTests(MotoServer moto) : IClassFixture<MotoServer>
{
    [Theory, FolderKind, MemoryKind, S3Kind]
    public async Task Of_many_that_create_one_key_exactly_one_succeeds(string kind)
    {
        using var any = await AnyStore.NewAsync(kind, moto);

        var won = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(
            () => any.Store.TryCreateAsync("locks/a", new[] { (byte)i }, CancellationToken.None))));

        var winner = Assert.Single(Enumerable.Range(0, 16), i => won[i] is not null);
        var found = (await ReadAsync(any.Store, "locks/a"))!;
        Assert.Equal([(byte)winner], found.Content.ToArray());
        Assert.Equal(won[winner], found.ETag);
    }

    [Theory, FolderKind, MemoryKind, S3Kind]
    public async Task Of_many_that_replace_one_version_exactly_one_succeeds(string kind)
    {
        using var any = await AnyStore.NewAsync(kind, moto);
        var etag = (await any.Store.TryCreateAsync("locks/a", "16"u8.ToArray(), CancellationToken.None))!;

        // As long as what was there: a version must not rest on size alone.
        var won = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(
            () => any.Store.TryReplaceAsync("locks/a", etag, Encoding.UTF8.GetBytes($"{i:00}"), CancellationToken.None))));

        var winner = Assert.Single(Enumerable.Range(0, 16), i => won[i] is not null);
        var found = (await ReadAsync(any.Store, "locks/a"))!;
        Assert.Equal($"{winner:00}", Encoding.UTF8.GetString(found.Content.Span));
        Assert.Equal(won[winner], found.ETag);
    }

    [Theory, FolderKind, MemoryKind, S3Kind]
    public async Task Of_many_that_remove_one_version_exactly_one_succeeds(string kind)
    {
        using var any = await AnyStore.NewAsync(kind, moto);
        var etag = (await any.Store.TryCreateAsync("locks/a", new byte[] { 1 }, CancellationToken.None))!;

        var won = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(
            () => any.Store.TryDeleteAsync("locks/a", etag, CancellationToken.None))));

        Assert.Single(won, true);
        Assert.Null(await ReadAsync(any.Store, "locks/a"));
    }

    [Theory, FolderKind, MemoryKind, S3Kind]
    public async Task An_earlier_version_is_neither_replaced_nor_removed_and_the_present_one_is(string kind)
    {
        using var any = await AnyStore.NewAsync(kind, moto);
        var first = (await any.Store.TryCreateAsync("locks/a", new byte[] { 1 }, CancellationToken.None))!;
        var second = (await any.Store.TryReplaceAsync("locks/a", first, new byte[] { 2 }, CancellationToken.None))!;

        Assert.Null(await any.Store.TryReplaceAsync("locks/a", first, new byte[] { 3 }, CancellationToken.None));
        Assert.False(await any.Store.TryDeleteAsync("locks/a", first, CancellationToken.None));
        Assert.Equal([2], (await ReadAsync(any.Store, "locks/a"))!.Content.ToArray());
        Assert.True(await any.Store.TryDeleteAsync("locks/a", second, CancellationToken.None));
        Assert.Null(await ReadAsync(any.Store, "locks/a"));
        Assert.Null(await any.Store.TryReplaceAsync("locks/a", second, new byte[] { 4 }, CancellationToken.None));
        Assert.False(await any.Store.TryDeleteAsync("locks/a", second, CancellationToken.None));
        Assert.False(await any.Store.ExistsAsync("locks/a", CancellationToken.None));
    }

    [Theory, FolderKind, MemoryKind, S3Kind]
    public async Task A_stream_is_written_whole_whatever_was_read_of_it_and_read_back_in_order(string kind)
    {
        using var any = await AnyStore.NewAsync(kind, moto);
        var content = new byte[700_001];
        Random.Shared.NextBytes(content);
        using var stream = new MemoryStream(content) { Position = 17 };

        var first = (await any.Store.TryCreateAsync("long", new MemoryStream([1, 2]), CancellationToken.None))!;
        Assert.Null(await any.Store.TryCreateAsync("long", stream, CancellationToken.None));
        Assert.Null(await any.Store.TryReplaceAsync("long", "other", stream, CancellationToken.None));
        var second = await any.Store.TryReplaceAsync("long", first, stream, CancellationToken.None);

        using var back = new MemoryStream();
        var scanned = await any.Store.TryScanAsync("long", () => piece => back.Write(piece.Span), CancellationToken.None);
        Assert.Equal(content, back.ToArray());
        Assert.Equal(second, scanned);
        Assert.NotEqual(first, second);
        Assert.True(stream.CanRead);
        Assert.Null(await any.Store.TryScanAsync("none", () => _ => { }, CancellationToken.None));
        Assert.Null(await any.Store.TryReplaceAsync("none", first, stream, CancellationToken.None));
    }

    [Theory, FolderKind, MemoryKind, S3Kind]
    public async Task Every_replacement_is_a_new_version_even_of_one_size_at_one_moment(string kind)
    {
        using var any = await AnyStore.NewAsync(kind, moto);
        var versions = new List<string>();
        for (var i = 0; i < 50; i++)
        {
            await any.Store.WriteAsync("x", new[] { (byte)i }, CancellationToken.None);
            versions.Add((await ReadAsync(any.Store, "x"))!.ETag);
        }

        Assert.Distinct(versions);
    }

    [Theory, FolderKind, MemoryKind, S3Kind]
    public async Task Of_a_large_object_only_the_first_bytes_are_read_and_of_a_missing_one_nothing(string kind)
    {
        using var any = await AnyStore.NewAsync(kind, moto);
        await any.Store.WriteAsync("x", new byte[5000], CancellationToken.None);
        await any.Store.WriteAsync("empty", ReadOnlyMemory<byte>.Empty, CancellationToken.None);

        var whole = await any.Store.TryReadAsync("x", 5000, CancellationToken.None);
        var part = await any.Store.TryReadAsync("x", 100, CancellationToken.None);
        var empty = await any.Store.TryReadAsync("empty", 100, CancellationToken.None);

        Assert.Equal((5000, false), (whole!.Content.Length, whole.IsTruncated));
        Assert.Equal((100, true), (part!.Content.Length, part.IsTruncated));
        Assert.Equal((0, false), (empty!.Content.Length, empty.IsTruncated));
        Assert.Null(await any.Store.TryReadAsync("none", 100, CancellationToken.None));
        Assert.Null(await any.Store.TryReadAsync("no/such/folder", 100, CancellationToken.None));
    }

    [Theory, FolderKind, MemoryKind, S3Kind]
    public async Task An_object_that_changed_or_went_since_it_was_listed_is_told_apart(string kind)
    {
        using var any = await AnyStore.NewAsync(kind, moto);
        await any.Store.WriteAsync("x", new byte[] { 1 }, CancellationToken.None);
        var etag = (await any.Store.ListAsync("", CancellationToken.None).SingleAsync()).ETag;
        using (var same = await any.Store.ReadAsync("x", etag, CancellationToken.None))
            Assert.Equal([1], same.Span.ToArray());
        await any.Store.WriteAsync("x", new byte[] { 2 }, CancellationToken.None);

        Assert.Equal(StoreFault.Changed, await FaultOf(any.Store, etag));
        await any.Store.DeleteAsync("x", CancellationToken.None);
        await any.Store.DeleteAsync("x", CancellationToken.None);
        Assert.Equal(StoreFault.Missing, await FaultOf(any.Store, null));
        Assert.False(await any.Store.ExistsAsync("x", CancellationToken.None));
    }

    [Theory, FolderKind, MemoryKind, S3Kind]
    public async Task A_listing_is_what_lies_below_a_folder_in_the_order_of_whole_keys_with_size_version_and_time(string kind)
    {
        using var any = await AnyStore.NewAsync(kind, moto);
        string[] keys = ["f/b/1 2.jpg", "f/a/é+%20.jpg", "f/a.jpg", "f/a+b.jpg", "f/漢.jpg", "f/🍎.jpg", "f/quote\"'.jpg"];
        foreach (var key in (string[])[.. keys, "f-too/1.jpg", "g/1.jpg"])
            await any.Store.WriteAsync(key, Encoding.UTF8.GetBytes(key), CancellationToken.None);

        var listed = await any.Store.ListAsync("f/", CancellationToken.None).ToListAsync();

        Assert.Equal(keys.Order(KeyOrder.Instance), listed.Select(o => o.Key));
        foreach (var item in listed)
        {
            Assert.Equal(Encoding.UTF8.GetByteCount(item.Key), item.Size);
            Assert.Equal(item.ETag, (await ReadAsync(any.Store, item.Key))!.ETag);
            Assert.True(item.LastModified > DateTimeOffset.UnixEpoch);
            Assert.Equal(TimeSpan.Zero, item.LastModified.Offset);
        }

        Assert.Empty(await any.Store.ListAsync("none/", CancellationToken.None).ToListAsync());
    }

    [Theory, FolderKind, MemoryKind, S3Kind]
    public async Task A_second_writer_is_refused_with_the_first_one_s_name_until_the_first_has_ended(string kind)
    {
        using var any = await AnyStore.NewAsync(kind, moto);
        await using (await any.Store.LockAsync(RunLayout.Lock, TimeProvider.System, CancellationToken.None))
        {
            var refused = await Assert.ThrowsAsync<OutputBusyException>(
                () => any.Store.LockAsync(RunLayout.Lock, TimeProvider.System, CancellationToken.None));

            Assert.Equal(ExitCode.Conflict, refused.Code);
            Assert.Contains($"process {Environment.ProcessId} on {Environment.MachineName}", refused.Message, StringComparison.Ordinal);
            Assert.Contains(any.Store.Address, refused.Message, StringComparison.Ordinal);
        }

        await using var again = await any.Store.LockAsync(RunLayout.Lock, TimeProvider.System, CancellationToken.None);
    }

    private static Task<SmallObject?> ReadAsync(IStore store, string key) => store.TryReadAsync(key, 4096, CancellationToken.None);

    private static async Task<StoreFault> FaultOf(IStore store, string? etag)
        => (await Assert.ThrowsAsync<StoreException>(() => store.ReadAsync("x", etag, CancellationToken.None))).Fault;
}
