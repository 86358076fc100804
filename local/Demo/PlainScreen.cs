using System.Globalization;

namespace Pomona.Local.Demo;

/// <summary>Lines with the time passed, for logs and pipes: every event, and a stage's progress now and then.</summary>
internal sealed class PlainScreen(TextWriter output, TimeProvider clock) : IDemoScreen
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly long _started = clock.GetTimestamp();
    private TimeSpan _next = Period;

    /// <inheritdoc/>
    public void Say(string sentence)
    {
        lock (_gate)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{clock.GetElapsedTime(_started):mm\\:ss}  {sentence}"));
    }

    /// <inheritdoc/>
    public void Show(string stage, double done, double total, string detail)
    {
        lock (_gate)
        {
            if (clock.GetElapsedTime(_started) < _next)
                return;
            _next = clock.GetElapsedTime(_started) + Period;
            Say(string.Create(CultureInfo.InvariantCulture, $"{stage}: {done:N0} of {total:N0} {detail}").TrimEnd());
        }
    }
}
