using System.Globalization;
using Pomona.Contracts;
using Pomona.Job.Pipeline;
using Pomona.Job.Reporting;

namespace Pomona.Job.Progress;

/// <summary>
/// Progress as plain lines, for logs and pipes: one when a stage ends, and for long ones one every ten seconds.
/// </summary>
internal sealed class LineProgress(TextWriter output, TimeProvider time) : IRunProgress
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private readonly TextWriter _output = TextWriter.Synchronized(output);
    private readonly TimeProvider _time = time;

    public IStageProgress Begin(string stage, long images) => new Scope(this, stage, images);

    public void Say(string line) => _output.WriteLine(Printable.Lines(line));

    private sealed class Scope : IStageProgress
    {
        private readonly LineProgress _owner;
        private readonly string _stage;
        private readonly long _images;
        private readonly long _started;
        private readonly ITimer _timer;
        private long _done;

        public Scope(LineProgress owner, string stage, long images)
        {
            (_owner, _stage, _images) = (owner, stage, images);
            _started = owner._time.GetTimestamp();
            _timer = owner._time.CreateTimer(_ => Tell(), null, Interval, Interval);
        }

        public void ImagesDone(int count) => Interlocked.Add(ref _done, count);

        public void ShardDone()
        {
        }

        public void Dispose()
        {
            _timer.Dispose();
            var seconds = _owner._time.GetElapsedTime(_started).TotalSeconds;
            var done = Interlocked.Read(ref _done);
            _owner.Say(done > 0
                ? string.Create(CultureInfo.InvariantCulture, $"{_stage,-8} {ShownNumbers.Count(done, "image", "images")} in {ShownNumbers.PlainDuration(seconds)}")
                : string.Create(CultureInfo.InvariantCulture, $"{_stage,-8} {ShownNumbers.PlainDuration(seconds)}"));
        }

        private void Tell()
        {
            var done = Interlocked.Read(ref _done);
            var seconds = _owner._time.GetElapsedTime(_started).TotalSeconds;
            if (_images == 0 || done == 0)
            {
                _owner.Say(string.Create(CultureInfo.InvariantCulture, $"{_stage,-8} under way for {ShownNumbers.PlainDuration(seconds)}"));
                return;
            }

            var rate = done / seconds;
            _owner.Say(string.Create(
                CultureInfo.InvariantCulture,
                $"{_stage,-8} {done:N0} of {ShownNumbers.Count(_images, "image", "images")}, {rate:F0}/s, about {ShownNumbers.PlainDuration((_images - done) / rate)} left"));
        }
    }
}
