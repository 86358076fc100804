using System.Globalization;
using System.Text;
using Pomona.Contracts;
using Pomona.Job.Pipeline;
using Spectre.Console;

namespace Pomona.Job.Progress;

/// <summary>Progress as a terminal bar per stage.</summary>
internal sealed class BarProgress(IAnsiConsole console, ProgressContext context, TimeProvider time) : IRunProgress
{
    /// <summary>Columns below which a bar has no room beside its text: lines are told then.</summary>
    private const int LeastColumns = 60;

    /// <summary>Whether standard error is a terminal with room for bars.</summary>
    public static bool HasRoom
    {
        get
        {
            try
            {
                return !Console.IsErrorRedirected && Console.WindowWidth >= LeastColumns;
            }
            catch (IOException)
            {
                return false; // the terminal has gone
            }
        }
    }

    /// <summary>Standard error, which is a terminal and may go.</summary>
    public static IAnsiConsole Terminal(TextWriter error) => AnsiConsole.Create(new AnsiConsoleSettings { Out = new TerminalOutput(error) });

    /// <summary>Shows bars while <paramref name="run"/> runs.</summary>
    public static Task<T> ShowAsync<T>(IAnsiConsole console, TimeProvider time, Func<IRunProgress, Task<T>> run)
        => console.Progress()
            .AutoRefresh(true)
            .HideCompleted(false)
            .Columns(
                new TaskDescriptionColumn { Alignment = Justify.Left },
                new ProgressBarColumn { CompletedStyle = new Style(Color.Green3), RemainingStyle = new Style(Color.Grey35) },
                new PercentageColumn(),
                new RemainingTimeColumn())
            .StartAsync(context => run(new BarProgress(console, context, time)));

    public IStageProgress Begin(string stage, long images)
        => new Scope(context.AddTask($"{stage,-32}", maxValue: Math.Max(1, images)), stage, images, time);

    public void Say(string line) => console.MarkupLine(Markup.Escape(Printable.Lines(line)));

    /// <summary>Spectre.Console knows a terminal by its writer, which is not the console's own here.</summary>
    private sealed class TerminalOutput(TextWriter error) : IAnsiConsoleOutput
    {
        public TextWriter Writer => error;

        public bool IsTerminal => true;

        public int Width => HasRoom ? Console.WindowWidth : LeastColumns;

        public int Height => HasRoom ? Console.WindowHeight : 1;

        public void SetEncoding(Encoding encoding)
        {
        }
    }

    private sealed class Scope(ProgressTask task, string stage, long images, TimeProvider time) : IStageProgress
    {
        private readonly long _started = time.GetTimestamp();
        private long _done;

        public void ImagesDone(int count)
        {
            var done = Interlocked.Add(ref _done, count);
            task.Increment(count);
            task.Description = Describe(done);
        }

        public void ShardDone()
        {
        }

        public void Dispose()
        {
            task.Value = task.MaxValue;
            task.StopTask();
        }

        private string Describe(long done)
        {
            var rate = done / Math.Max(0.001, time.GetElapsedTime(_started).TotalSeconds);
            var text = string.Create(CultureInfo.InvariantCulture, $"{stage,-8} {done:N0}/{images:N0} {rate:N0}/s");
            return $"{text,-32}";
        }
    }
}
