using Microsoft.Extensions.Time.Testing;
using Pomona.Vision.Budget;
using Pomona.Vision.Decoding;
using Pomona.Vision.Formats;
using Pomona.Vision.Imaging;
using Pomona.Vision.Tests.Imaging;
using Pomona.Vision.Vips;

namespace Pomona.Vision.Tests.Budget;

/// <summary>With clocks of the test's own: nobody waits for a minute of processor time.</summary>
public sealed class DecodingWatchTests : IDisposable
{
    private static readonly ImageHeader OneMegapixel = new(ImageFormat.WebP, true, 1000, 1000);

    private readonly FakeTimeProvider _time = new();
    private readonly List<(object? Image, string Reason)> _stuck = [];
    private readonly DecodingWatch _watch;
    private TimeSpan _worked;
    private bool _settles = true;

    public DecodingWatchTests() => _watch = new DecodingWatch(_time, () => () => _worked, images =>
    {
        _stuck.AddRange(images.Select(static image => (image.Image, image.Reason)));
        return Task.FromResult(_settles);
    });

    public void Dispose() => _watch.Dispose();

    [Fact]
    public void A_decoder_that_goes_by_strips_gives_an_image_up_that_is_beyond_its_budget()
    {
        using var meter = _watch.Join();
        using var decoder = new ImageDecoder(new DecodeSettings(), useTurboJpeg: false, meter);
        using var drawn = DrawnImage.Gradient(20_000, 64);
        var file = JpegEncoder.Encode(drawn, 80);
        var header = ImageHeader.Read(file);
        var rows = new SlowRows(() => Pass(worked: 22));

        meter.Begin(header, image: null);
        var rejected = Assert.Throws<RejectedImageException>(() => decoder.TryDecodeByStrips(header, file, rows));

        Assert.Equal("took longer than 63 s to decode", rejected.Message);
        Assert.Equal(rejected.Message, meter.End());
        Assert.Equal(3 * 8, rows.Seen);
        Assert.Empty(_stuck);

        // The next image has a budget of its own.
        meter.Begin(header, image: null);
        Assert.True(decoder.TryDecodeByStrips(header, file, new SlowRows(() => Pass(worked: 1))));
        Assert.Null(meter.End());
    }

    [Fact]
    public void An_image_whose_decoder_returns_late_is_rejected_whether_anybody_looked_or_not()
    {
        using var meter = _watch.Join();
        meter.Begin(OneMegapixel, image: null);
        _worked += TimeSpan.FromSeconds(61.9);
        Assert.Null(meter.End());

        meter.Begin(OneMegapixel, image: null);
        _worked += TimeSpan.FromSeconds(62.1);
        Assert.Equal("took longer than 62 s to decode", meter.End());
    }

    [Theory]
    [InlineData(int.MaxValue, int.MaxValue)]
    [InlineData(0, 0)]
    public void A_header_that_claims_any_size_has_a_budget(int width, int height)
    {
        using var meter = _watch.Join();
        meter.Begin(new ImageHeader(ImageFormat.Png, true, width, height), image: null);
        Pass(worked: 59);

        Assert.Null(meter.End());
    }

    [Fact]
    public void A_decoder_that_cannot_be_interrupted_is_told_of_until_that_is_settled()
    {
        using var meter = _watch.Join();
        var image = new object();
        meter.Begin(OneMegapixel, image);
        Pass(worked: 70); // beyond it, and it may yet see that
        Assert.True(meter.IsOver);
        Assert.Empty(_stuck);

        _settles = false;
        Pass(worked: 2);
        _settles = true;
        Pass(worked: 1);
        Pass(worked: 1);

        Assert.Equal([(image, "took longer than 62 s to decode"), (image, "took longer than 62 s to decode")], _stuck);
    }

    [Fact]
    public void With_an_image_that_is_stuck_all_are_told_of_that_are_beyond_their_budget()
    {
        using var first = _watch.Join();
        using var second = _watch.Join();
        using var third = _watch.Join();
        first.Begin(OneMegapixel, "first");
        _worked += TimeSpan.FromSeconds(4);
        second.Begin(OneMegapixel, "second");
        _worked += TimeSpan.FromSeconds(60);
        third.Begin(OneMegapixel, "third");
        Pass(worked: 1);
        Assert.Empty(_stuck);
        Pass(worked: 5);

        Assert.Equal(["first", "second"], _stuck.Select(static image => image.Image));
    }

    [Theory]
    [InlineData(ImageFormat.Heic, true)]
    [InlineData(ImageFormat.JpegXl, true)]
    [InlineData(ImageFormat.Jpeg, false)] // it waits for nothing but the processor
    public void A_decoder_with_threads_of_its_own_is_waited_for_ten_minutes_and_one_more(ImageFormat format, bool isStuck)
    {
        using var meter = _watch.Join();
        meter.Begin(new ImageHeader(format, true, 100, 100), image: null);
        for (var looks = 0; looks < 600; looks++)
            Pass(worked: 0);
        Assert.False(meter.IsOver);

        for (var looks = 0; looks < 65; looks++)
            Pass(worked: 0);

        Assert.Equal((isStuck, isStuck ? 1 : 0), (meter.IsOver, _stuck.Count));
    }

    [SharedDataFact]
    public void ImageMagick_stops_where_it_asks() => Assert.All(["plain.heic", "plain.avif", "plain.jxl", "plain.jp2"], name =>
    {
        using var meter = _watch.Join();
        using var decoder = new ImageDecoder(new DecodeSettings(), meter);
        using var image = new RgbImage();
        var file = File.ReadAllBytes(Path.Combine(SharedData.Folder!, "heif", name));
        var header = ImageHeader.Read(file);
        meter.Begin(header, image: null);
        Pass(worked: 61);

        Assert.StartsWith("took longer than 6", Assert.Throws<RejectedImageException>(() => decoder.Decode(header, file, image)).Message, StringComparison.Ordinal);
    });

    [Fact]
    public void A_threads_clock_runs_while_it_works_and_stands_while_it_waits()
    {
        if (!OperatingSystem.IsLinux())
            return;

        Func<TimeSpan>? clock = null;
        using var goOn = new ManualResetEventSlim();
        using var waits = new ManualResetEventSlim();
        var thread = new Thread(() =>
        {
            clock = ThreadClock.OfThisThread();
            var began = clock();
            while (clock() - began < TimeSpan.FromMilliseconds(20))
            {
            }

            waits.Set();
            goOn.Wait();
        });
        thread.Start();
        waits.Wait();
        var mine = ThreadClock.OfThisThread();
        var (worked, before) = (clock!(), mine());
        while (mine() - before < TimeSpan.FromMilliseconds(200))
        {
        }

        Assert.InRange(worked, TimeSpan.FromMilliseconds(20), TimeSpan.MaxValue);
        Assert.InRange(clock() - worked, TimeSpan.Zero, TimeSpan.FromMilliseconds(50)); // it may still have been on its way to wait
        goOn.Set();
        thread.Join();
        Assert.InRange(clock(), worked, TimeSpan.MaxValue);
    }

    private void Pass(double worked)
    {
        _worked += TimeSpan.FromSeconds(worked);
        _time.Advance(TimeSpan.FromSeconds(1));
    }

    /// <summary>Takes rows, and its time.</summary>
    private sealed class SlowRows(Action strip) : IPixelRows
    {
        private byte[] _rows = [];
        private int _width;

        public int Seen { get; private set; }

        public void Begin(int width, int height) => _width = width;

        public Span<byte> Rows(int top, int count) => _rows = new byte[3 * _width * count];

        public void Written(int top, int count)
        {
            Seen += count;
            strip();
        }
    }
}
