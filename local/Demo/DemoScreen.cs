using System.Collections.Concurrent;
using System.Globalization;
using Spectre.Console;

namespace Pomona.Local.Demo;

/// <summary>Where the demo shows how far it is.</summary>
internal interface IDemoScreen
{
    void Say(string sentence);

    /// <summary>Shows how far a stage is.</summary>
    /// <param name="stage">The stage's name.</param>
    /// <param name="done">What is done of it.</param>
    /// <param name="total">All there is to do.</param>
    /// <param name="detail">What else there is to say, such as a speed.</param>
    void Show(string stage, double done, double total, string detail);
}

/// <summary>Lines with the time passed, for logs and pipes: every event, and a stage's progress now and then.</summary>
internal sealed class PlainScreen(TextWriter output, TimeProvider clock) : IDemoScreen
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly long _started = clock.GetTimestamp();
    private TimeSpan _next = Period;

    public void Say(string sentence)
    {
        lock (_gate)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{clock.GetElapsedTime(_started):mm\\:ss}  {sentence}"));
    }

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

/// <summary>A bar per stage, with what happened above them, for terminals.</summary>
internal sealed class BarScreen(IAnsiConsole console, ProgressContext progress) : IDemoScreen
{
    private readonly ConcurrentDictionary<string, ProgressTask> _bars = new(StringComparer.Ordinal);

    public void Say(string sentence) => console.MarkupLineInterpolated($"[grey]·[/] {sentence}");

    public void Show(string stage, double done, double total, string detail)
    {
        var bar = _bars.GetOrAdd(stage, name => progress.AddTask(Markup.Escape(name), maxValue: total));
        bar.MaxValue = total;
        bar.Value = done;
        bar.Description = Markup.Escape($"{stage} {detail}".TrimEnd());
    }
}
