using System.Globalization;
using System.Text;
using Pomona.Contracts;
using Pomona.Job.Engines;
using Pomona.Job.Runs;
using Pomona.Storage;

namespace Pomona.Job.Pipeline;

/// <summary>
/// Runs stages on an engine. Work in this process tells by itself how it goes; what other processes have done is seen in the
/// output.
/// </summary>
/// <param name="engine">Runs the work.</param>
/// <param name="work">This process's part in it.</param>
/// <param name="settings">The run's settings.</param>
/// <param name="output">The run's folder.</param>
/// <param name="time">The clock.</param>
/// <param name="between">The time between two looks at the output.</param>
/// <param name="patience">
/// How long nothing may be seen of other processes that extract: each shard under way gives a sign a minute. The later stages give none.
/// </param>
internal sealed class StageRun(
    IEngine engine, StageWork work, RunSettings settings, IStore output, TimeProvider time, TimeSpan between, TimeSpan patience)
{
    // Two shards at once over one pool of inference threads: the second keeps the threads busy while the first writes its part.
    private const int ExtractedAtOnce = 2;

    /// <summary>Runs a stage.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="count">For how many shards or groups.</param>
    /// <param name="plan">The run's plan.</param>
    /// <param name="progress">Told of images and shards as they are done.</param>
    /// <param name="cancellation">Stops it; what is finished stays.</param>
    public async Task RunAsync(
        Stage stage, int count, RunPlan plan, IStageProgress progress, CancellationToken cancellation)
    {
        var workerCores = engine.WorkerCores;
        var numbered = new NumberedWork(
            stage.ToString(),
            Encoding.UTF8.GetString((settings with { Threads = workerCores ?? settings.Threads }).ToJson()),
            count,
            stage == Stage.Extract ? ExtractedAtOnce : settings.Threads,
            (number, token) => work.RunAsync(stage, number, progress, token));
        if (workerCores is null)
        {
            await engine.RunAsync(numbered, _ => progress.ShardDone(), cancellation).ConfigureAwait(false);
            return;
        }

        using var seen = new SeenProgress(progress, time);
        var finished = new FinishedShards(output, plan, stage, count, seen);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var given = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var watching = WatchAsync(stage, finished, seen, given, over.Token);
        try
        {
            await engine.RunAsync(numbered, finished.Tell, given.Token).ConfigureAwait(false);
        }
        catch (Exception stopped) when (given.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw new PomonaException(
                ExitCode.NoExecutors,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"nothing was seen of {engine.Name}'s executors for {patience.TotalMinutes:0} minute{(patience.TotalMinutes is 1 ? "" : "s")}: none came, or all were lost and no others came. The same command goes on from there."),
                stopped);
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
            await watching.ConfigureAwait(false);
        }
    }

    private async Task WatchAsync(
        Stage stage, FinishedShards finished, SeenProgress seen, CancellationTokenSource given, CancellationToken over)
    {
        try
        {
            while (true)
            {
                var started = time.GetTimestamp();
                try
                {
                    await finished.LookAsync(over).ConfigureAwait(false);
                    if (stage == Stage.Extract && seen.Quiet > patience)
                    {
                        await given.CancelAsync().ConfigureAwait(false);
                        return;
                    }
                }
                catch (StoreException)
                {
                    // Only a look: whether the store can be used is for the stage's work to say. Nor does it tell of executors.
                    seen.Progressed();
                }

                // A listing takes a request per thousand shards; looking takes a tenth of the time at most.
                var took = time.GetElapsedTime(started);
                await Task.Delay(between > 9 * took ? between : 9 * took, time, over).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    /// <summary>Passes on what is seen of the stage, and knows when something was seen last.</summary>
    private sealed class SeenProgress(IStageProgress inner, TimeProvider time) : IStageProgress
    {
        private long _last = time.GetTimestamp();

        public TimeSpan Quiet => time.GetElapsedTime(Volatile.Read(ref _last));

        public void Progressed() => Volatile.Write(ref _last, time.GetTimestamp());

        public void ImagesDone(int count)
        {
            Progressed();
            inner.ImagesDone(count);
        }

        public void ShardDone()
        {
            Progressed();
            inner.ShardDone();
        }

        public void Dispose()
        {
            // The stage's progress is its owner's to end.
        }
    }
}
