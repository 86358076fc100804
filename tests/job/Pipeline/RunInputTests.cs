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
