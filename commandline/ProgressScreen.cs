using System.Collections.Concurrent;
using System.Globalization;
using Spectre.Console;

namespace Pomona.CommandLine;

/// <summary>Where a command that takes a while shows what happens, and how far it is.</summary>
public interface IProgressScreen
{
    /// <summary>Tells what has happened.</summary>
    void Say(string sentence);

    /// <summary>Shows how far a stage is.</summary>
    /// <param name="stage">The stage's name.</param>
    /// <param name="done">What is done of it.</param>
    /// <param name="total">All there is to do.</param>
    /// <param name="detail">What else there is to say, such as a speed.</param>
    void Show(string stage, double done, double total, string detail);
}

/// <summary>Makes the screen that fits: bars on a terminal, lines for logs and pipes.</summary>
public static class ProgressScreen
{
    /// <summary>Does some work with a screen.</summary>
    /// <param name="output">Where lines go.</param>
    /// <param name="isTerminal">Whether a person watches a terminal.</param>
    /// <param name="time">The clock.</param>
    /// <param name="work">The work.</param>
    public static async Task RunAsync(TextWriter output, bool isTerminal, TimeProvider time, Func<IProgressScreen, Task> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        if (!isTerminal)
        {
            await work(new PlainScreen(output, time)).ConfigureAwait(false);
            return;
        }

        var console = AnsiConsole.Console;
        await console.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
            .StartAsync(async bars => await work(new BarScreen(console, bars)).ConfigureAwait(false)).ConfigureAwait(false);
    }
}

/// <summary>Lines with the time passed, for logs and pipes: every event, and a stage's progress now and then.</summary>
/// <param name="output">Where the lines go.</param>
/// <param name="clock">The clock.</param>
public sealed class PlainScreen(TextWriter output, TimeProvider clock) : IProgressScreen
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    private readonly object _gate = new();
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

/// <summary>A bar per stage, with what happened above them, for terminals.</summary>
internal sealed class BarScreen(IAnsiConsole console, ProgressContext progress) : IProgressScreen
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
