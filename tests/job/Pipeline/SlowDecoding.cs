using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;
using Pomona.Job.Pipeline;
using Pomona.Vision.Budget;
using Pomona.Vision.Decoding;
using Pomona.Vision.Formats;
using Pomona.Vision.Imaging;

namespace Pomona.Job.Tests.Pipeline;

/// <summary>
/// Decoders to which files that end in <see cref="Mark"/> cost seconds of processor time without end, by a clock that they move
/// themselves. One that cannot be interrupted goes on until the process has ended, and then ends as a thread would with it.
/// </summary>
internal sealed class SlowDecoding
{
    private readonly ConcurrentDictionary<int, ThreadTime> _worked = new();
    private int _decoded;

    /// <summary>What a file that is slow ends in; decoders pass it over.</summary>
    public static byte[] Mark => "this takes long"u8.ToArray();

    /// <summary>The <see cref="LastWords"/> of a run that had been stopped.</summary>
    public const string Stopped = "stopped";

    /// <summary>The clock that the watch looks by.</summary>
    public FakeTimeProvider Time { get; } = new();

    public bool CanBeInterrupted { get; init; } = true;

    /// <summary>How many slow files a decoder was given.</summary>
    public int Decoded => Volatile.Read(ref _decoded);

    /// <summary>What was said at the end of the process; null while it lives.</summary>
    public string? LastWords { get; private set; }

    /// <summary>Called before any file is decoded.</summary>
    public Action<bool> Before { get; init; } = _ => { };

    public Decoding Decoding => new(sentence =>
    {
        LastWords = sentence;
        return Task.CompletedTask;
    })
    {
        EndStoppedProcess = () =>
        {
            LastWords = Stopped;
            return Task.CompletedTask;
        },
        ClockOfThread = () =>
        {
            var mine = Mine;
            return () => mine.Worked;
        },
        NewDecoder = (settings, meter, shelf) => new Decoder(this, new ImageDecoder(settings, meter, shelf), meter),
    };

    private ThreadTime Mine => _worked.GetOrAdd(Environment.CurrentManagedThreadId, static _ => new ThreadTime());

    private void Work(DecodingMeter meter)
    {
        Interlocked.Increment(ref _decoded);
        while (LastWords is null)
        {
            Mine.Worked += TimeSpan.FromSeconds(3);
            Time.Advance(TimeSpan.FromSeconds(1));
            if (CanBeInterrupted)
                meter.ThrowIfOver();
        }

        throw new OperationCanceledException("the process has ended");
    }

    private sealed class ThreadTime
    {
        public TimeSpan Worked { get; set; }
    }

    private sealed class Decoder(SlowDecoding owner, IImageDecoder inner, DecodingMeter meter) : IImageDecoder
    {
        public void Decode(in ImageHeader header, ReadOnlySpan<byte> file, RgbImage into)
        {
            var isSlow = file.EndsWith(Mark);
            owner.Before(isSlow);
            if (isSlow)
                owner.Work(meter);
            inner.Decode(header, file, into);
        }

        public long CostOf(in ImageHeader header, ReadOnlySpan<byte> file, bool byStrips) => inner.CostOf(header, file, byStrips);

        public bool GoesByStrips(in ImageHeader header, ReadOnlySpan<byte> file) => false;

        public bool TryDecodeByStrips(in ImageHeader header, ReadOnlySpan<byte> file, IPixelRows into) => throw new NotSupportedException();

        public void Dispose() => inner.Dispose();
    }
}
