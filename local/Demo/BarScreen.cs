using System.Collections.Concurrent;
using Spectre.Console;

namespace Pomona.Local.Demo;

/// <summary>A bar per stage, with what happened above them, for terminals.</summary>
internal sealed class BarScreen(IAnsiConsole console, ProgressContext progress) : IDemoScreen
{
    private readonly ConcurrentDictionary<string, ProgressTask> _bars = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public void Say(string sentence) => console.MarkupLineInterpolated($"[grey]·[/] {sentence}");

    /// <inheritdoc/>
    public void Show(string stage, double done, double total, string detail)
    {
        var bar = _bars.GetOrAdd(stage, name => progress.AddTask(Markup.Escape(name), maxValue: total));
        bar.MaxValue = total;
        bar.Value = done;
        bar.Description = Markup.Escape($"{stage} {detail}".TrimEnd());
    }
}
