using System.Globalization;
using Pomona.Job.Pipeline;
using Spectre.Console;

namespace Pomona.Job.Progress;

/// <summary>Progress as a terminal bar per stage.</summary>
internal sealed class BarProgress(IAnsiConsole console, ProgressContext context, TimeProvider time) : IRunProgress
{
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

    public void Say(string line) => console.MarkupLine(Markup.Escape(line));

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
