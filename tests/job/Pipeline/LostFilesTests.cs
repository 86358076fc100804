using System.Collections.Concurrent;
using Pomona.Contracts;
using Pomona.Job.Pipeline;
using Pomona.Job.Runs;
using Pomona.Storage;

namespace Pomona.Job.Tests.Pipeline;

/// <summary>What is there is whole: what of a run is lost is computed again, or it is said that it cannot be.</summary>
public sealed class LostFilesTests : IDisposable
{
    private readonly RunFixture _run = new(perClass: 2);

    public void Dispose() => _run.Dispose();

    public static TheoryData<string> Files =>
    [
        RunLayout.Plan, RunLayout.Manifest(0), RunLayout.Manifest(2), RunLayout.Features(1), RunLayout.Components(1), RunLayout.PcaJson,
        RunLayout.ImageModel, RunLayout.ComponentsModel, RunLayout.ClassModel, RunLayout.Labels, RunLayout.Rejected, RunLayout.Quality, RunLayout.Report, RunLayout.Summary,
        RunLayout.Marker,
    ];

    [Theory, MemberData(nameof(Files))]
    public async Task A_file_of_a_finished_run_that_is_lost_or_cut_is_made_again(string key)
    {
        await RunFixture.RunAsync(_run.Request());
        var whole = _run.Lasting("out");
        var path = _run["out/" + key];
        var bytes = File.ReadAllBytes(path);

        foreach (var left in (int?[])[null, 0, bytes.Length / 2])
        {
            if (left is { } length)
                File.WriteAllBytes(path, bytes[..length]);
            else
                File.Delete(path);

            if (key is RunLayout.Report or RunLayout.Summary or RunLayout.Marker && left > 0)
            {
                // They tell times: nothing proves that half of one is the run's own.
                Assert.Equal(ExitCode.Conflict, (await Assert.ThrowsAsync<PomonaException>(() => RunFixture.RunAsync(_run.Request()))).Code);
                continue;
            }

            var marker = await RunFixture.RunAsync(_run.Request());

            Assert.Equal((20, 0), (marker.Summary.Images, marker.Summary.Rejected));
            Assert.Equal(whole, _run.Lasting("out"));
            Assert.True(File.Exists(_run["out/" + RunLayout.Marker]));
        }
    }

    [Fact]
    public async Task An_unfinished_run_whose_manifest_ends_at_a_whole_line_too_early_loses_no_image()
    {
        await RunFixture.RunAsync(_run.Request("whole", shardSize: 1));
        var dying = new DyingStore(new FolderStore(_run["out"]), 40);
        await Assert.ThrowsAsync<DeathException>(() => RunFixture.RunAsync(_run.Request(shardSize: 1), output: dying));
        var manifest = _run["out/" + RunLayout.Manifest(1)];
        File.WriteAllText(manifest, string.Empty);

        var marker = await RunFixture.RunAsync(_run.Request(shardSize: 1));

        Assert.Equal(20, marker.Summary.Images);
        Assert.Equal(_run.Lasting("whole"), _run.Lasting("out"));
    }

    [Fact]
    public async Task A_manifest_that_is_lost_is_not_made_of_another_input()
    {
        await RunFixture.RunAsync(_run.Request());
        File.Delete(_run["out/" + RunLayout.Manifest(1)]);
        File.Delete(Directory.EnumerateFiles(_run.Input, "*.jpg", SearchOption.AllDirectories).First());

        var refused = await Assert.ThrowsAsync<PomonaException>(() => RunFixture.RunAsync(_run.Request()));

        Assert.Equal(ExitCode.Conflict, refused.Code);
        Assert.True(File.Exists(_run["out/" + RunLayout.Marker]));
        Assert.False(File.Exists(_run["out/" + RunLayout.Manifest(1)]));
    }

    [Fact]
    public async Task A_part_in_the_place_of_another_is_noticed_and_stays()
    {
        await RunFixture.RunAsync(_run.Request());
        var other = File.ReadAllBytes(_run["out/" + RunLayout.Features(0)]);
        File.WriteAllBytes(_run["out/" + RunLayout.Features(1)], other);

        var refused = await Assert.ThrowsAsync<PomonaException>(() => RunFixture.RunAsync(_run.Request()));

        Assert.Equal(ExitCode.Conflict, refused.Code);
        Assert.Contains($"{RunLayout.Features(1)} in ", refused.Message, StringComparison.Ordinal);
        Assert.Equal(other, File.ReadAllBytes(_run["out/" + RunLayout.Features(1)]));
    }

    [Fact]
    public async Task Half_of_the_parts_of_a_finished_run_are_computed_again_and_its_marker_is_rewritten()
    {
        await RunFixture.RunAsync(_run.Request(shardSize: 1));
        var whole = _run.Lasting("out");
        for (var shard = 0; shard < 20; shard += 2)
        {
            File.Delete(_run["out/" + RunLayout.Features(shard)]);
            File.Delete(_run["out/" + RunLayout.Components(shard)]);
        }

        var before = File.GetLastWriteTimeUtc(_run["out/" + RunLayout.Marker]);
        var marker = await RunFixture.RunAsync(_run.Request(shardSize: 1));

        Assert.Equal((20, 20), (marker.Summary.Images, marker.Summary.Shards));
        Assert.Equal(whole, _run.Lasting("out"));
        Assert.NotEqual(before, File.GetLastWriteTimeUtc(_run["out/" + RunLayout.Marker]));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(3)]
    public async Task Parts_that_size_and_version_vouch_for_are_not_read(int? lost)
    {
        await RunFixture.RunAsync(_run.Request(shardSize: 1));
        if (lost is { } shard)
            File.Delete(_run["out/" + RunLayout.Components(shard)]);
        var settings = RunSettings.FromJson(File.ReadAllBytes(_run["out/" + RunLayout.Settings]));
        using var output = new ReadingStore(new FolderStore(_run["out"]));

        await EarlierRun.OpenAsync(output, settings, restart: false, CancellationToken.None);

        Assert.DoesNotContain(output.Read, IsPart);
        Assert.All(output.Read.Where(key => key.StartsWith(RunLayout.Ledger, StringComparison.Ordinal)).GroupBy(key => key), page => Assert.Single(page));
        Assert.Equal(2 * RunLayout.Folders.Count, output.Listings); // each folder, and its pages

        File.SetLastWriteTimeUtc(_run["out/" + RunLayout.Features(5)], DateTime.UnixEpoch);
        await EarlierRun.OpenAsync(output, settings, restart: false, CancellationToken.None);

        Assert.Equal([RunLayout.Features(5)], output.Read.Where(IsPart));
    }

    /// <summary>Of the files beside the folders one byte is read, which tells their version.</summary>
    private static bool IsPart(string key)
        => RunLayout.IsOfRun(key) && key is not (RunLayout.Marker or RunLayout.Rejected or RunLayout.Quality or RunLayout.Report or RunLayout.Summary or RunLayout.Sample);

    [Fact]
    public async Task A_finished_output_that_was_copied_is_whole_though_all_its_dates_are_new()
    {
        var first = await RunFixture.RunAsync(_run.Request());
        foreach (var path in Directory.EnumerateFiles(_run["out"], "*", SearchOption.AllDirectories))
            File.SetLastWriteTimeUtc(path, File.GetLastWriteTimeUtc(path).AddDays(1));

        Assert.Equal(first, await RunFixture.RunAsync(_run.Request()));
    }

    [Fact]
    public async Task A_lost_part_whose_image_has_gone_is_not_made_of_the_others()
    {
        await RunFixture.RunAsync(_run.Request());
        var features = _run["out/" + RunLayout.Features(0)];
        File.Delete(features);
        File.Delete(Directory.EnumerateFiles(_run.Input, "*.jpg", SearchOption.AllDirectories).Order(StringComparer.Ordinal).First());

        // The snapshot is taken as it is: no listing tells that the image has gone.
        var refused = await Assert.ThrowsAsync<PomonaException>(() => RunFixture.RunAsync(_run.Request() with { UseSnapshot = true }));

        Assert.Equal(ExitCode.Conflict, refused.Code);
        Assert.Contains("cannot be computed again", refused.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(features));
    }

    private sealed class ReadingStore(IStore store) : ForwardingStore(store)
    {
        private int _listings;

        public ConcurrentBag<string> Read { get; } = [];

        public int Listings => _listings;

        public override IAsyncEnumerable<StoredObject> ListAsync(string below, CancellationToken cancellation)
        {
            Interlocked.Increment(ref _listings);
            return base.ListAsync(below, cancellation);
        }

        public override Task<PooledBytes> ReadAsync(string key, string? etag, CancellationToken cancellation)
        {
            Read.Add(key);
            return base.ReadAsync(key, etag, cancellation);
        }

        public override Task<SmallObject?> TryReadAsync(string key, int most, CancellationToken cancellation)
        {
            Read.Add(key);
            return base.TryReadAsync(key, most, cancellation);
        }

        public override Task<string?> TryScanAsync(
            string key, Func<Action<ReadOnlyMemory<byte>>> begin, CancellationToken cancellation)
        {
            Read.Add(key);
            return base.TryScanAsync(key, begin, cancellation);
        }
    }
}
