using Pomona.Contracts;
using Pomona.Job.Engines;
using Pomona.Job.Pipeline;
using Pomona.Job.Progress;
using Pomona.Storage;
using Pomona.Vision.Decoding;
using Pomona.Vision.Formats;
using Pomona.Vision.Imaging;
using Pomona.Vision.Models.Catalog;

namespace Pomona.Job.Tests.Pipeline;

public sealed class ExtractionFlowTests : IDisposable
{
    private const int MegaByte = 1 << 20;
    private readonly RunFixture _run = new(perClass: 1);

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task Telephone_photos_from_a_distant_store_keep_the_core_busy_and_no_more_than_64_MB_are_under_way()
    {
        const int images = 40;
        var link = new SlowLink(Photographs(images, 4 * MegaByte), images, ahead: 64 / 4);

        var marker = await RunAsync(link, link.Decoding, threads: 1);

        Assert.Equal(images, marker.Summary.Images);
        Assert.Equal(64 / 4, link.Most);
        // The first one, before which nothing can be done: its latency, and 4 MB at 100 MB/s.
        Assert.InRange(link.Idle.TotalMilliseconds, 71, 73);
    }

    [Fact]
    public async Task Many_cores_all_have_a_large_photo_to_work_on()
    {
        const int threads = 16;
        using var together = new Barrier(threads);
        var decoding = new Decoding(_ => Task.CompletedTask)
        {
            NewDecoder = (settings, meter, shelf) => new MeetingDecoder(new ImageDecoder(settings, meter, shelf), together),
        };

        var marker = await RunAsync(Photographs(threads, 6 * MegaByte), decoding, threads);

        Assert.Equal((threads, 0), (marker.Summary.Images, marker.Summary.Rejected));
    }

    private async Task<RunMarker> RunAsync(IStore input, Decoding decoding, int threads)
    {
        var request = _run.Request(components: 2, shardSize: 512, threads: threads);
        using var output = StoreAddress.Open(request.Output);
        var model = await new ModelCatalog(new ModelCatalogOptions()).ResolveAsync(request.Model, CancellationToken.None);
        return await new RunPipeline(request, model, input, output, new LocalEngine(), new NoProgress(), TimeProvider.System)
        {
            Decoding = decoding,
        }.RunAsync(CancellationToken.None);
    }

    /// <summary>Small pictures in large files: what follows a JPEG's end is passed over.</summary>
    private WideStore Photographs(int count, int size)
    {
        var photographs = new MemoryStore();
        byte[][] files = [.. Directory.EnumerateFiles(_run.Input, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Take(4).Select(path =>
        {
            var file = File.ReadAllBytes(path);
            Array.Resize(ref file, size);
            return file;
        })];
        for (var number = 0; number < count; number++)
            photographs[$"a/{number:D4}.jpg"] = files[number % files.Length];
        return new WideStore(photographs);
    }

    private sealed class WideStore(IStore store) : ForwardingStore(store)
    {
        public override int ReadsInFlight => 32;
    }

    /// <summary>Weighs an image as a telephone's, and decodes none before all threads have one.</summary>
    private sealed class MeetingDecoder(IImageDecoder inner, Barrier together) : IImageDecoder
    {
        public void Decode(in ImageHeader header, ReadOnlySpan<byte> file, RgbImage into)
        {
            if (!together.SignalAndWait(TimeSpan.FromMinutes(1)))
                throw new InvalidOperationException($"{together.ParticipantsRemaining} threads have nothing to decode");
            inner.Decode(header, file, into);
        }

        public long CostOf(in ImageHeader header, ReadOnlySpan<byte> file, bool byStrips) => 3 * 10_000_000;

        public bool GoesByStrips(in ImageHeader header, ReadOnlySpan<byte> file) => false;

        public bool TryDecodeByStrips(in ImageHeader header, ReadOnlySpan<byte> file, IPixelRows into) => throw new NotSupportedException();

        public void Dispose() => inner.Dispose();
    }
}
