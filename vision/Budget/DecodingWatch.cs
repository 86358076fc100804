using Pomona.Vision.Formats;
using Pomona.Vision.Imaging;

namespace Pomona.Vision.Budget;

/// <summary>
/// Looks once a second at the threads that decode. An image beyond its <see cref="DecodingBudget"/> is given up by a decoder
/// that can be interrupted; where the decoder goes on all the same, whoever set the watch is told, who alone can end it: .NET
/// ends no thread, and C code cannot be left from outside.
/// </summary>
public sealed class DecodingWatch : IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly List<DecodingMeter> _meters = [];
    private readonly Func<Func<TimeSpan>> _clockOfThread;
    private readonly Func<IReadOnlyList<SlowImage>, Task<bool>> _stuck;
    private readonly ITimer _timer;
    private int _looking;

    /// <summary>Begins to watch.</summary>
    /// <param name="time">Says when to look.</param>
    /// <param name="clockOfThread">Called on a thread, gives its processor time to whoever asks later.</param>
    /// <param name="stuck">
    /// Told of an image that is beyond its budget by a tenth and cannot be interrupted, and after it of all others that are
    /// beyond theirs at that moment. It answers whether that is settled; otherwise it is told again.
    /// </param>
    public DecodingWatch(TimeProvider time, Func<Func<TimeSpan>> clockOfThread, Func<IReadOnlyList<SlowImage>, Task<bool>> stuck)
    {
        ArgumentNullException.ThrowIfNull(time);
        _clockOfThread = clockOfThread;
        _stuck = stuck;
        _timer = time.CreateTimer(watch => _ = ((DecodingWatch)watch!).LookAsync(), this, Period, Period);
    }

    /// <summary>The calling thread decodes from now on, until the meter is disposed of.</summary>
    public DecodingMeter Join()
    {
        var meter = new DecodingMeter(this, _clockOfThread());
        lock (_meters)
            _meters.Add(meter);
        return meter;
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    internal void Leave(DecodingMeter meter)
    {
        lock (_meters)
            _meters.Remove(meter);
    }

    private async Task LookAsync()
    {
        // The one before it may still be writing down what it saw.
        if (Interlocked.Exchange(ref _looking, 1) == 1)
            return;
        try
        {
            DecodingMeter[] meters;
            lock (_meters)
                meters = [.. _meters];
            var beyond = meters.Select(meter => (Meter: meter, Image: meter.Look(Period, out var isStuck), isStuck))
                .Where(static seen => seen.Image is not null)
                .OrderByDescending(static seen => seen.isStuck)
                .ToList();
            if (beyond is not [{ isStuck: true }, ..] || !await _stuck([.. beyond.Select(static seen => seen.Image!)]).ConfigureAwait(false))
                return;
            foreach (var (meter, image, _) in beyond)
                meter.Settle(image!);
        }
        finally
        {
            Volatile.Write(ref _looking, 0);
        }
    }
}

/// <summary>What the image costs that a thread decodes.</summary>
public sealed class DecodingMeter : IDisposable
{
    private const double Certain = 1.1;

    private readonly DecodingWatch _watch;
    private readonly Func<TimeSpan> _clock;
    private readonly object _gate = new(); // System.Threading.Lock is net9.0 and later
    private ImageHeader _header;
    private object? _image;
    private TimeSpan _began;
    private TimeSpan _waited;
    private bool _isDecoding;
    private bool _isSettled;
    private volatile bool _isOver;

    internal DecodingMeter(DecodingWatch watch, Func<TimeSpan> clock) => (_watch, _clock) = (watch, clock);

    /// <summary>Whether the image at hand is beyond its budget: a decoder that sees it stops.</summary>
    public bool IsOver => _isOver;

    /// <summary>The thread begins to decode an image.</summary>
    /// <param name="header">The file's.</param>
    /// <param name="image">Whose it is, for who has set the watch.</param>
    public void Begin(in ImageHeader header, object? image)
    {
        lock (_gate)
        {
            (_header, _image) = (header, image);
            (_began, _waited) = (_clock(), TimeSpan.Zero);
            (_isDecoding, _isSettled, _isOver) = (true, false, false);
        }
    }

    /// <summary>It has ended, one way or another.</summary>
    /// <returns>Null; or, of an image beyond its budget, the reason of its rejection, whatever the decoder made of it.</returns>
    public string? End()
    {
        lock (_gate)
        {
            _isDecoding = false;
            _image = null;
            return _isOver || _clock() - _began > DecodingBudget.Of(_header) ? DecodingBudget.ReasonOf(_header) : null;
        }
    }

    /// <summary>Where a decoder can stop.</summary>
    /// <exception cref="RejectedImageException">The image is beyond its budget.</exception>
    public void ThrowIfOver()
    {
        if (_isOver)
            throw new RejectedImageException(DecodingBudget.ReasonOf(_header));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _watch.Leave(this);
        lock (_gate)
            _isDecoding = false;
    }

    /// <summary>Measures; the image, where it is beyond its budget and that is not settled.</summary>
    /// <param name="period">The time since the last look.</param>
    /// <param name="isStuck">Whether it is so far beyond it that its decoder cannot have seen it.</param>
    internal SlowImage? Look(TimeSpan period, out bool isStuck)
    {
        lock (_gate)
        {
            isStuck = false;
            if (!_isDecoding || _isSettled)
                return null;
            // Counted by looks, not by the clock: a process that is stopped, or starts again after a night, has not waited.
            _waited += period;
            var budget = DecodingBudget.Of(_header);
            var worked = _clock() - _began;
            var share = worked / budget;
            if (_header.Format.IsMagicks())
                share = Math.Max(share, (_waited - worked) / DecodingBudget.MostWaiting);
            isStuck = _isOver && share > Certain;
            _isOver |= share > 1;
            return _isOver ? new SlowImage(_image, DecodingBudget.ReasonOf(_header)) : null;
        }
    }

    internal void Settle(SlowImage slow)
    {
        lock (_gate)
            _isSettled |= _isDecoding && ReferenceEquals(_image, slow.Image);
    }
}

/// <summary>An image beyond its budget.</summary>
/// <param name="Image">What <see cref="DecodingMeter.Begin"/> was given.</param>
/// <param name="Reason">The reason of its rejection.</param>
public sealed record SlowImage(object? Image, string Reason);
