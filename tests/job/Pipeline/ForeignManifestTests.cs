using System.Text.Json;
using Pomona.Contracts;
using Pomona.Storage;

namespace Pomona.Job.Tests.Pipeline;

/// <summary>What somebody else has written as a run's snapshot is read with the checks that its own would pass.</summary>
public sealed class ForeignManifestTests : IDisposable
{
    private readonly RunFixture _run = new(perClass: 1);

    public void Dispose() => _run.Dispose();

    [Theory]
    [InlineData("../private/x.png")]
    [InlineData("a/../../private/x.png")]
    [InlineData("a/x\0.png")]
    [InlineData("a/x.txt")]
    [InlineData("")]
    public async Task A_manifest_with_a_name_that_no_listing_gives_is_refused(string key)
    {
        _run.Write("private/x.png", AnyImage());
        WriteSnapshot(new ManifestEntry(key, 1, "1-1"));

        var refused = await RefusalAsync();

        Assert.Contains("manifest/shard-00000.jsonl", refused, StringComparison.Ordinal);
        Assert.Contains("is damaged", refused, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_is_rooted_and_a_link_out_of_the_input_are_rejected_and_are_no_picture_of_the_report()
    {
        var path = _run.Write("private/x.png", AnyImage());
        Directory.CreateSymbolicLink(Path.Combine(_run.Input, "linked"), _run["private"]);
        Directory.CreateSymbolicLink(Path.Combine(_run.Input, "within"), Directory.EnumerateDirectories(_run.Input).Order().First());
        var within = Listed().First(item => item.Key.StartsWith("within/", StringComparison.Ordinal));
        var away = Listed().Single(item => item.Key.StartsWith("linked/", StringComparison.Ordinal));
        WriteSnapshot(new ManifestEntry(path, away.Size, away.ETag), Entry(away), Entry(within));

        var marker = await RunFixture.RunAsync(
            _run.Request() with { UseSnapshot = true }, input: StoreAddress.Open(_run.Input, isClosed: true));

        Assert.Equal((1, 2), (marker.Summary.Images, marker.Summary.Rejected));
        Assert.All(_run.Rejected(), image => Assert.Equal("its name leads out of the input", image.Reason));
    }

    [Fact]
    public async Task Folders_that_a_person_links_to_are_read_where_the_run_lists_them_itself()
    {
        _run.Write("private/x.png", AnyImage());
        Directory.CreateSymbolicLink(Path.Combine(_run.Input, "linked"), _run["private"]);

        Assert.Equal(11, (await RunFixture.RunAsync(_run.Request())).Summary.Images);
    }

    [Theory]
    [InlineData("\"eTag\":null")]
    [InlineData("\"eTag\":\"\"")]
    [InlineData("\"size\":-1,\"eTag\":\"1-1\"")]
    public async Task No_check_of_an_image_can_be_switched_off(string members)
    {
        WriteSnapshot([.. Listed().Select(Entry)]);
        var manifest = _run["out/" + RunLayout.Manifest(0)];
        var lines = File.ReadAllLines(manifest);
        lines[0] = $$"""{"key":"{{JsonDocument.Parse(lines[0]).RootElement.GetProperty("key")}}",{{members}}}""";
        File.WriteAllLines(manifest, lines);

        Assert.Contains("is damaged", await RefusalAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_image_of_another_size_than_its_manifest_says_is_rejected()
    {
        var first = Listed().First();
        WriteSnapshot([.. Listed().Select(item => Entry(item) with { Size = item.Key == first.Key ? 1 : item.Size })]);

        var marker = await RunFixture.RunAsync(_run.Request() with { UseSnapshot = true });

        Assert.Equal((9, new RejectedImage(first.Key, "it was changed after the run began")), (marker.Summary.Images, Assert.Single(_run.Rejected())));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_manifest_that_is_not_what_its_plan_was_made_of_is_refused_whether_the_input_is_listed_or_not(bool useSnapshot)
    {
        WriteSnapshot([.. Listed().Select(Entry)]);
        var manifest = _run["out/" + RunLayout.Manifest(0)];
        File.WriteAllText(manifest, File.ReadAllText(manifest).Replace(Listed().First().ETag, "1-1", StringComparison.Ordinal));

        Assert.Contains("do not list what manifest/plan.json was made of", await RefusalAsync(useSnapshot), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"shards\":2", "\"shards\":3")]
    [InlineData("\"images\":10", "\"images\":-10")]
    [InlineData("\"shardSize\":7", "\"shardSize\":2000000000")]
    [InlineData("\"fingerprint\"", "\"finger\"")]
    public async Task A_plan_that_contradicts_itself_is_refused(string was, string now)
    {
        WriteSnapshot([.. Listed().Select(Entry)]);
        var plan = _run["out/" + RunLayout.Plan];
        Assert.Contains(was, File.ReadAllText(plan), StringComparison.Ordinal);
        File.WriteAllText(plan, File.ReadAllText(plan).Replace(was, now, StringComparison.Ordinal));

        Assert.Contains("manifest/plan.json", await RefusalAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_image_is_read_as_the_version_that_was_planned()
    {
        using var input = new VersionsStore(new FolderStore(_run.Input));

        await RunFixture.RunAsync(_run.Request(), input: input);

        Assert.Equal((10, 0), (input.Reads, input.WithoutVersion));
    }

    private async Task<string> RefusalAsync(bool useSnapshot = true)
    {
        var refused = await Assert.ThrowsAsync<PomonaException>(() => RunFixture.RunAsync(_run.Request() with { UseSnapshot = useSnapshot }));
        Assert.Equal(ExitCode.Conflict, refused.Code);
        Assert.False(Directory.Exists(_run["out/features"]));
        return refused.Message;
    }

    private ReadOnlySpan<byte> AnyImage() => File.ReadAllBytes(Directory.EnumerateFiles(_run.Input, "*.*", SearchOption.AllDirectories).First());

    private List<StoredObject> Listed()
    {
        using var store = new FolderStore(_run.Input);
        return store.ListAsync(string.Empty, CancellationToken.None).ToBlockingEnumerable().Where(item => ImageFileName.IsImage(item.Key)).ToList();
    }

    private static ManifestEntry Entry(StoredObject item) => new(item.Key, item.Size, item.ETag);

    /// <summary>As a workflow's, whatever the entries say: manifests of seven, and the plan that goes with them.</summary>
    private void WriteSnapshot(params ManifestEntry[] entries)
    {
        using var writer = new SnapshotWriter(_run.Input, shardSize: 7);
        foreach (var entry in entries)
        {
            if (writer.Add(entry, out var shard))
                _run.Write("out/" + shard.Path, shard.Content.Span);
        }

        var plan = writer.Complete(out var last);
        if (last is not null)
        {
            _run.Write("out/" + last.Path, last.Content.Span);
        }
        else if (plan.Images == 0)
        {
            // What no snapshot of ours would hold.
            plan = plan with { Images = entries.Length, Shards = 1 };
            _run.Write("out/" + RunLayout.Manifest(0), JsonSerializer.SerializeToUtf8Bytes(entries[0], ContractJson.Readable.ManifestEntry));
        }

        _run.Write("out/" + RunLayout.Plan, JsonSerializer.SerializeToUtf8Bytes(plan, ContractJson.Readable.RunPlan));
    }

    private sealed class VersionsStore(IStore inner) : ForwardingStore(inner)
    {
        private int _reads;
        private int _withoutVersion;

        public int Reads => _reads;

        public int WithoutVersion => _withoutVersion;

        public override Task<PooledBytes> ReadAsync(string key, string? etag, CancellationToken cancellation)
        {
            Interlocked.Increment(ref _reads);
            if (etag is null)
                Interlocked.Increment(ref _withoutVersion);
            return base.ReadAsync(key, etag, cancellation);
        }
    }
}
