using Pomona.Job.Pipeline;
using Pomona.Storage;
using Pomona.Vision.Decoding;
using Pomona.Vision.Formats;
using Pomona.Vision.Imaging;

namespace Pomona.Job.Tests.Pipeline;

/// <summary>
/// A store behind a link of 30 ms and 100 MB/s, and one core that takes 100 ms for an image, by a clock that only these two move:
/// reads arrive while the core decodes, and what it waits for has <see cref="Idle"/> go on.
/// </summary>
/// <param name="store">What is read.</param>
/// <param name="images">How many images there are.</param>
/// <param name="ahead">How many are to be on their way or waiting at every image's begin, while there are so many.</param>
internal sealed class SlowLink(IStore store, int images, int ahead) : ForwardingStore(store)
{
    private const double BytesPerSecond = 100e6;
    private static readonly TimeSpan Latency = TimeSpan.FromMilliseconds(30);
    private static readonly TimeSpan Work = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2); // of the test, for a machine that does not get on

    private readonly object _gate = new();
    private readonly Queue<(TimeSpan At, TaskCompletionSource Arrived)> _travelling = new();
    private TimeSpan _now;
    private TimeSpan _free;
    private int _asked;
    private int _arrived;
    private int _decoded;
    private bool _decoding;

    /// <summary>For how long the core had nothing to do.</summary>
    public TimeSpan Idle { get; private set; }

    /// <summary>The most images that were on their way, waiting or worked on at once.</summary>
    public int Most { get; private set; }

    /// <summary>Decoders that take their time by the link's clock.</summary>
    public Decoding Decoding => new(_ => Task.CompletedTask)
    {
        NewDecoder = (settings, meter, shelf) => new Decoder(this, new ImageDecoder(settings, meter, shelf)),
    };

    /// <summary>The least that S3 has.</summary>
    public override int ReadsInFlight => 32;

    public override async Task<PooledBytes> ReadAsync(string key, string? etag, CancellationToken cancellation)
    {
        var bytes = await base.ReadAsync(key, etag, cancellation);
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            var first = _now + Latency;
            _free = (first > _free ? first : _free) + TimeSpan.FromSeconds(bytes.Length / BytesPerSecond);
            _travelling.Enqueue((_free, arrived));
            Most = Math.Max(Most, ++_asked - _decoded);
            WaitIfNothingIsThere();
            Monitor.PulseAll(_gate);
        }

        await arrived.Task.WaitAsync(cancellation);
        return bytes;
    }

    private void Decode()
    {
        lock (_gate)
        {
            while (_asked < Math.Min(images, _decoded + ahead))
            {
                if (!Monitor.Wait(_gate, Patience))
                    throw new InvalidOperationException($"at image {_decoded} only {_asked - _decoded} were asked for");
            }

            _decoding = true;
            _now += Work;
            while (_travelling.TryPeek(out var next) && next.At <= _now)
                Arrive();
            _decoded++;
            _decoding = false;
            WaitIfNothingIsThere();
        }
    }

    private void WaitIfNothingIsThere()
    {
        if (_decoding || _arrived > _decoded || !_travelling.TryPeek(out var next))
            return;
        if (next.At > _now)
        {
            Idle += next.At - _now;
            _now = next.At;
        }

        Arrive();
    }

    private void Arrive()
    {
        _arrived++;
        _travelling.Dequeue().Arrived.SetResult();
    }

    private sealed class Decoder(SlowLink owner, IImageDecoder inner) : IImageDecoder
    {
        public void Decode(in ImageHeader header, ReadOnlySpan<byte> file, RgbImage into)
        {
            owner.Decode();
            inner.Decode(header, file, into);
        }

        public long CostOf(in ImageHeader header, ReadOnlySpan<byte> file, bool byStrips) => inner.CostOf(header, file, byStrips);

        public bool GoesByStrips(in ImageHeader header, ReadOnlySpan<byte> file) => false;

        public bool TryDecodeByStrips(in ImageHeader header, ReadOnlySpan<byte> file, IPixelRows into) => throw new NotSupportedException();

        public void Dispose() => inner.Dispose();
    }
}
