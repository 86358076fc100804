using System.Globalization;
using System.Text;
using Pomona.Contracts;
using Pomona.Job.Runs;
using Pomona.Storage;

namespace Pomona.Job.Tests.Runs;

/// <summary>Alone, because it looks at the whole process's memory.</summary>
[Collection(nameof(RejectedFileTests))]
[CollectionDefinition(nameof(RejectedFileTests), DisableParallelization = true)]
public sealed class RejectedFileTests : IDisposable
{
    private const int ShardSize = 100;

    /// <summary>Live memory that the list may need besides what was there before, whatever its length.</summary>
    private const long Allowance = 4 << 20;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_million_rejected_images_are_listed_in_order_in_memory_that_does_not_grow_with_them()
    {
        var images = Exhaustive.IsAsked ? 1_000_000 : 100_000;
        using var output = new RejectingStore(new FolderStore(_folder.Path));
        var before = GC.GetTotalMemory(forceFullCollection: true);

        var totals = await ListAsync(output, images);
        await ListAsync(output, images); // compared with what is there, and let stand
        var path = _folder[RunLayout.Rejected];
        using (var cut = new FileStream(path, FileMode.Open))
            cut.SetLength(cut.Length / 2);
        await ListAsync(output, images); // written in place of its beginning

        Assert.Equal((0L, images, 2), (totals.Images, totals.Rejected, totals.Reasons.Count));
        Assert.True(new FileInfo(path).Length > 2 * Allowance);
        var next = 0;
        foreach (var line in File.ReadLines(path, Encoding.UTF8))
            Assert.Equal($$"""{"image":"{{ImageOf(next)}}","reason":"{{ReasonOf(next++)}}"}""", line);
        Assert.Equal(images, next);
        Assert.True(output.PeakBytes - before < Allowance, $"{(output.PeakBytes - before) / 1024} KB");
    }

    private static async Task<RunTotals> ListAsync(RejectingStore output, int images)
    {
        var ledger = new Ledger(output, RejectingStore.Run);
        using var rejected = new CollectedLines<RejectedImage>("rejected images", ContractJson.Readable.RejectedImage);
        var plan = new RunPlan("s3://a/", images, images, images / ShardSize, ShardSize, 0, "f");
        var totals = await RunTotals.ReadAsync(ledger, output, plan, rejected.Add, CancellationToken.None);
        await ledger.WriteAsync(RunLayout.Rejected, rejected.Content, CancellationToken.None);
        return totals;
    }

    private static string ImageOf(int image) => string.Create(CultureInfo.InvariantCulture, $"a class of photographs/a photograph {image:D9}.jpg");

    private static string ReasonOf(int image) => image % 2 == 0 ? "damaged: it ends too early" : "not supported: a JPEG of 12 bits";

    /// <summary>An output whose shards have no image that could be used; their pages are made when they are read.</summary>
    private sealed class RejectingStore(IStore store) : ForwardingStore(store)
    {
        public const string Run = "00000000000000000000000000000000";

        private int _requests;

        /// <summary>The most live memory that was seen.</summary>
        public long PeakBytes { get; private set; }

        public override Task<SmallObject?> TryReadAsync(string key, int most, CancellationToken cancellation)
        {
            if (RunLayout.FileOfPage(key, out _) is not { } file || !file.StartsWith("features/shard-", StringComparison.Ordinal))
                return base.TryReadAsync(key, most, cancellation);

            if (Interlocked.Increment(ref _requests) % 100 == 0)
                Look();
            var shard = int.Parse(file["features/shard-".Length..^".parquet".Length], CultureInfo.InvariantCulture);
            var rejected = Enumerable.Range(shard * ShardSize, ShardSize).Select(image => new RejectedImage(ImageOf(image), ReasonOf(image)));
            var summary = new ShardSummary(0, new Dictionary<string, int>(), [.. rejected], 0, 0);
            return Task.FromResult<SmallObject?>(
                new SmallObject(new LedgerPage(Run, [LedgerLine.Of(file, "x"u8, summary)]).ToJson(), "etag", IsTruncated: false));
        }

        public override Task<string?> TryCreateAsync(string key, Stream content, CancellationToken cancellation)
        {
            Look();
            return base.TryCreateAsync(key, content, cancellation);
        }

        public override Task<string?> TryScanAsync(
            string key, Func<Action<ReadOnlyMemory<byte>>> begin, CancellationToken cancellation)
            => base.TryScanAsync(
                key,
                () =>
                {
                    var take = begin();
                    Look();
                    return take;
                },
                cancellation);

        private void Look()
        {
            lock (this)
                PeakBytes = Math.Max(PeakBytes, GC.GetTotalMemory(forceFullCollection: true));
        }
    }
}
