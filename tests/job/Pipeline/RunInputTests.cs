using System.Runtime.CompilerServices;
using Pomona.Contracts;
using Pomona.Job.Progress;
using Pomona.Storage;

namespace Pomona.Job.Tests.Pipeline;

/// <summary>What a run asks of its input's store, and which of its two stores it says has failed.</summary>
public sealed class RunInputTests : IDisposable
{
    private readonly RunFixture _run = new(perClass: 1);

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task The_input_is_listed_once()
    {
        using var input = new CountingStore(new FolderStore(_run.Input));

        await RunFixture.RunAsync(_run.Request(), input: input);
        Assert.Equal(1, input.Listings);

        await RunFixture.RunAsync(_run.Request(), input: input);
        Assert.Equal(2, input.Listings);
    }

    [Fact]
    public async Task A_snapshot_that_is_taken_as_it_is_needs_no_listing()
    {
        await RunFixture.RunAsync(_run.Request());
        using var input = new CountingStore(new FolderStore(_run.Input));

        await RunFixture.RunAsync(_run.Request() with { UseSnapshot = true }, input: input);

        Assert.Equal(0, input.Listings);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(10)]
    [InlineData(11)]
    public async Task Files_that_are_no_images_may_come_first_and_shards_may_be_of_any_size(int shardSize)
    {
        _run.Write("fruits/a/readme.txt", "no image"u8);
        _run.Write("fruits/zz/readme.txt", "no image"u8);

        var marker = await RunFixture.RunAsync(_run.Request(shardSize: shardSize));

        Assert.Equal((10, (10 + shardSize - 1) / shardSize), (marker.Summary.Images, marker.Summary.Shards));
        using var output = new FolderStore(_run["out"]);
        using var plan = await output.ReadAsync(RunLayout.Plan, null, CancellationToken.None);
        Assert.Equal(2, System.Text.Json.JsonSerializer.Deserialize(plan.Span, ContractJson.Readable.RunPlan)!.SkippedFiles);
    }

    [Fact]
    public async Task Systems_folders_are_no_classes_and_the_terminal_says_what_was_skipped_by_kind()
    {
        var image = await File.ReadAllBytesAsync(Directory.EnumerateFiles(_run.Input, "*.*", SearchOption.AllDirectories).First());
        foreach (var name in (string[])["__MACOSX/1.jpg", "lost+found/1.jpg", ".ipynb_checkpoints/1.jpg", ".DS_Store"])
            _run.Write("fruits/" + name, image);
        using var said = new StringWriter();

        var marker = await RunFixture.RunAsync(_run.Request(), progress: new LineProgress(said, TimeProvider.System));

        Assert.Equal((10, 10), (marker.Summary.Images, marker.Summary.Labels));
        Assert.Contains(
            "skipped  what is no image by name: 2 hidden ('.DS_Store'), 2 in a system's folder ('__MACOSX/1.jpg')",
            said.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_input_that_fails_in_the_middle_of_the_listing_is_told_as_the_inputs_failure()
    {
        using var input = new FailingStore(new FolderStore(_run.Input), listed: 4, reads: int.MaxValue);

        var failed = await Assert.ThrowsAsync<PomonaException>(() => RunFixture.RunAsync(_run.Request(), input: input));

        Assert.Equal((ExitCode.Input, true), (failed.Code, failed.Message.StartsWith("the input cannot be read: ", StringComparison.Ordinal)));
        Assert.Contains("check the network", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_input_that_goes_while_images_are_read_is_told_as_the_inputs_failure_and_the_run_goes_on_later()
    {
        await RunFixture.RunAsync(_run.Request("whole"));
        using var input = new FailingStore(new FolderStore(_run.Input), listed: int.MaxValue, reads: 4);

        var failed = await Assert.ThrowsAsync<PomonaException>(() => RunFixture.RunAsync(_run.Request(), input: input));

        Assert.Equal((ExitCode.Input, true), (failed.Code, failed.Message.StartsWith("the input cannot be read: ", StringComparison.Ordinal)));
        await RunFixture.RunAsync(_run.Request());
        Assert.Equal(_run.Lasting("whole"), _run.Lasting("out"));
    }

    [Fact]
    public async Task A_manifest_that_cannot_be_written_is_told_as_the_outputs_failure()
    {
        _run.Write("out/manifest", "a file in the way"u8);

        var failed = await Assert.ThrowsAsync<PomonaException>(() => RunFixture.RunAsync(_run.Request()));

        Assert.Equal((ExitCode.Output, true), (failed.Code, failed.Message.StartsWith("the run cannot go on: ", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public async Task A_disk_that_is_unmounted_in_the_middle_rejects_no_image_and_the_run_goes_on_later(int reads)
    {
        await RunFixture.RunAsync(_run.Request("whole", shardSize: 2));
        using var input = new VanishingStore(new FolderStore(_run.Input), reads);

        var failed = await Assert.ThrowsAsync<PomonaException>(() => RunFixture.RunAsync(_run.Request(shardSize: 2), input: input));

        Assert.Equal(ExitCode.Input, failed.Code);
        Assert.Contains($"none of the images in {_run.Input} can be read any more", failed.Message, StringComparison.Ordinal);
        Assert.Contains("run the same command again: it goes on where it stopped", failed.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_run["out"], RunLayout.Marker)));
        var marker = await RunFixture.RunAsync(_run.Request(shardSize: 2));
        Assert.Equal(0, marker.Summary.Rejected);
        Assert.Equal(_run.Lasting("whole"), _run.Lasting("out"));
    }

    [Fact]
    public async Task A_bucket_that_loses_its_rights_in_the_middle_rejects_no_image()
    {
        using var input = new RefusingStore(new FolderStore(_run.Input), StoreFault.Forbidden, reads: 4);

        var failed = await Assert.ThrowsAsync<PomonaException>(() => RunFixture.RunAsync(_run.Request(shardSize: 1), input: input));

        Assert.Equal(ExitCode.Input, failed.Code);
        Assert.Contains("none of the images", failed.Message, StringComparison.Ordinal);
        var marker = await RunFixture.RunAsync(_run.Request(shardSize: 1));
        Assert.Equal((10, 0), (marker.Summary.Images, marker.Summary.Rejected));
    }

    [Theory]
    [InlineData(StoreFault.Credentials, "sign in again")]
    [InlineData(StoreFault.Clock, "set this machine's clock")]
    public async Task Credentials_that_expire_and_a_clock_that_is_wrong_stop_the_run_and_say_what_to_do(StoreFault fault, string advice)
    {
        using var input = new RefusingStore(new FolderStore(_run.Input), fault, reads: 4);
        using var output = new RefusingStore(new FolderStore(_run["other"]), fault, reads: 4);

        var ofInput = await Assert.ThrowsAsync<PomonaException>(() => RunFixture.RunAsync(_run.Request(), input: input));
        var ofOutput = await Assert.ThrowsAsync<PomonaException>(() => RunFixture.RunAsync(_run.Request("other"), output: output));

        Assert.Equal((ExitCode.Input, ExitCode.Output), (ofInput.Code, ofOutput.Code));
        Assert.All([ofInput, ofOutput], failed => Assert.Contains(advice, failed.Message, StringComparison.Ordinal));
        await RunFixture.RunAsync(_run.Request());
    }

    [Fact]
    public async Task One_image_that_is_deleted_is_rejected_and_a_flood_of_them_stops_the_run()
    {
        for (var copy = 0; copy < 40; copy++)
            _run.Write($"fruits/many/{copy:D2}.jpg", File.ReadAllBytes(Directory.EnumerateFiles(Path.Combine(_run.Input, "kiwi")).First()));
        using var one = new RefusingStore(new FolderStore(_run.Input), StoreFault.Missing, reads: 0, "many/07.jpg");
        using var flood = new RefusingStore(new FolderStore(_run.Input), StoreFault.Forbidden, reads: 0, "many/");

        var marker = await RunFixture.RunAsync(_run.Request("one", shardSize: 50), input: one);
        var failed = await Assert.ThrowsAsync<PomonaException>(() => RunFixture.RunAsync(_run.Request(shardSize: 50), input: flood));

        Assert.Equal((49, 1), (marker.Summary.Images, marker.Summary.Rejected));
        Assert.Equal(("many/07.jpg", "it was deleted after the run began"), (_run.Rejected("one")[0].Image, _run.Rejected("one")[0].Reason));
        Assert.Equal(ExitCode.Input, failed.Code);
        Assert.Contains("32 images in a row could not be read", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Images_that_a_flood_rejected_in_shards_before_it_was_one_are_tried_again_when_the_run_goes_on()
    {
        for (var copy = 0; copy < 40; copy++)
            _run.Write($"fruits/many/{copy:D2}.jpg", File.ReadAllBytes(Directory.EnumerateFiles(Path.Combine(_run.Input, "kiwi")).First()));
        await RunFixture.RunAsync(_run.Request("whole", shardSize: 4));
        using var flood = new RefusingStore(new FolderStore(_run.Input), StoreFault.Forbidden, reads: 0, "many/");
        await Assert.ThrowsAsync<PomonaException>(() => RunFixture.RunAsync(_run.Request(shardSize: 4), input: flood));
        Assert.Contains(Directory.EnumerateFiles(_run["out/work/ledger/features"], "*.page.json"), page => File.ReadAllText(page)
            .Contains("permission denied", StringComparison.Ordinal));
        using var said = new StringWriter();

        var marker = await RunFixture.RunAsync(_run.Request(shardSize: 4), progress: new LineProgress(said, TimeProvider.System));

        Assert.Equal((50, 0), (marker.Summary.Images, marker.Summary.Rejected));
        Assert.Equal(_run.Lasting("whole"), _run.Lasting("out"));
        Assert.Matches("[0-9]+ shards? ha(s|ve) images that could not be read: tried again", said.ToString());
    }

    [Fact]
    public async Task A_part_that_was_stopped_before_its_page_is_made_again_where_an_image_of_it_could_not_be_read()
    {
        using var bucket = new MemoryStore();
        bucket.Before = (_, key) =>
        {
            if (key.StartsWith("work/ledger/features/", StringComparison.Ordinal) && key.EndsWith(".page.json", StringComparison.Ordinal)
                && bucket.Keys.Any(there => there.StartsWith("features/", StringComparison.Ordinal)))
                throw new StoreException(StoreFault.Unreachable, "no answer");
        };
        using var one = new RefusingStore(new FolderStore(_run.Input), StoreFault.Forbidden, reads: 0, "kiwi/");
        await Assert.ThrowsAsync<PomonaException>(() => RunFixture.RunAsync(_run.Request(), input: one, output: bucket));
        Assert.DoesNotContain(bucket.Keys, key => key.EndsWith(".page.json", StringComparison.Ordinal) && key.StartsWith("work/ledger/features/", StringComparison.Ordinal));
        bucket.Before = (_, _) => { };

        var marker = await RunFixture.RunAsync(_run.Request(), output: bucket);

        Assert.Equal((10, 0), (marker.Summary.Images, marker.Summary.Rejected));
    }

    [Fact]
    public async Task A_run_that_goes_on_after_a_flood_removes_nothing_that_a_cluster_s_nodes_may_not()
    {
        for (var copy = 0; copy < 40; copy++)
            _run.Write($"fruits/many/{copy:D2}.jpg", File.ReadAllBytes(Directory.EnumerateFiles(Path.Combine(_run.Input, "kiwi")).First()));
        using var bucket = new MemoryStore
        {
            Before = (verb, key) =>
            {
                if (verb == "delete" && !key.StartsWith("work/", StringComparison.Ordinal))
                    throw new StoreException(StoreFault.Forbidden, $"access denied to '{key}'");
            },
        };
        using var flood = new RefusingStore(new FolderStore(_run.Input), StoreFault.Forbidden, reads: 0, "many/");
        await Assert.ThrowsAsync<PomonaException>(() => RunFixture.RunAsync(_run.Request(shardSize: 4), input: flood, output: bucket));
        // Some images have gone for good: their shards' parts are the same again, and have their pages again.
        using var some = new RefusingStore(new FolderStore(_run.Input), StoreFault.Forbidden, reads: 0, "many/0");

        var marker = await RunFixture.RunAsync(_run.Request(shardSize: 4), input: some, output: bucket);

        Assert.Equal((40, 10), (marker.Summary.Images, marker.Summary.Rejected));
        Assert.DoesNotContain(bucket.Keys, key => key.StartsWith("work/ledger/features", StringComparison.Ordinal) && key.EndsWith(".about.json", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_image_that_could_not_be_read_stays_rejected_once_components_were_found_without_it()
    {
        using var one = new RefusingStore(new FolderStore(_run.Input), StoreFault.Forbidden, reads: 0, "kiwi/");
        await RunFixture.RunAsync(_run.Request(), input: one);
        File.Delete(_run["out/" + RunLayout.Marker]);

        var marker = await RunFixture.RunAsync(_run.Request());

        Assert.Equal((9, 1), (marker.Summary.Images, marker.Summary.Rejected));
    }

    [Fact]
    public async Task Reads_under_way_have_ended_before_a_failed_one_is_told()
    {
        var underWay = 0;
        var reads = ReadAhead.InOrderAsync(
            100,
            8,
            async (number, _) =>
            {
                Interlocked.Increment(ref underWay);
                await Task.Delay(number == 3 ? 1 : 30, CancellationToken.None);
                Interlocked.Decrement(ref underWay);
                return number == 3 ? throw new StoreException(StoreFault.Unreachable, "no answer") : number;
            },
            CancellationToken.None);

        await Assert.ThrowsAsync<StoreException>(async () =>
        {
            await foreach (var _ in reads)
            {
            }
        });

        Assert.Equal(0, underWay);
    }

    /// <summary>A store that refuses to read any object, or those of a folder, after so many reads.</summary>
    private sealed class RefusingStore(IStore store, StoreFault fault, int reads, string below = "") : ForwardingStore(store)
    {
        private int _left = reads;

        public override Task<PooledBytes> ReadAsync(string key, string? etag, CancellationToken cancellation)
            => Interlocked.Decrement(ref _left) >= 0 || !key.StartsWith(below, StringComparison.Ordinal)
                ? base.ReadAsync(key, etag, cancellation)
                : throw Refused(key);

        public override Task<SmallObject?> TryReadAsync(string key, int most, CancellationToken cancellation)
            => Volatile.Read(ref _left) > 0 || !key.StartsWith(below, StringComparison.Ordinal)
                ? base.TryReadAsync(key, most, cancellation)
                : throw Refused(key);

        private StoreException Refused(string key) => new(fault, $"'{key}' is refused");
    }

    private sealed class CountingStore(IStore store) : ForwardingStore(store)
    {
        private int _listings;

        public int Listings => _listings;

        public override IAsyncEnumerable<StoredObject> ListAsync(string below, CancellationToken cancellation)
        {
            Interlocked.Increment(ref _listings);
            return base.ListAsync(below, cancellation);
        }
    }

    /// <summary>A store that does not answer any more after so many listed objects, or so many reads.</summary>
    private sealed class FailingStore(IStore store, int listed, int reads) : ForwardingStore(store)
    {
        private int _readsLeft = reads;

        public override async IAsyncEnumerable<StoredObject> ListAsync(
            string below, [EnumeratorCancellation] CancellationToken cancellation)
        {
            var left = listed;
            await foreach (var item in base.ListAsync(below, cancellation))
                yield return left-- > 0 ? item : throw Gone();
        }

        public override Task<PooledBytes> ReadAsync(string key, string? etag, CancellationToken cancellation)
            => Interlocked.Decrement(ref _readsLeft) >= 0 ? base.ReadAsync(key, etag, cancellation) : throw Gone();

        private static StoreException Gone() => new(StoreFault.Unreachable, "the disk has gone");
    }
}
