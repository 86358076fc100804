using System.Collections.Concurrent;
using System.Text;
using Pomona.Job.Pipeline;
using Pomona.Job.Runs;
using Pomona.Storage;

namespace Pomona.Job.Workers;

/// <summary>
/// What the tasks of one worker process share. Spark keeps one such process per executor and gives every running task a
/// thread of it, so that one native session, made by the first task that needs it, serves them all. Being static is the only
/// way for tasks to meet: each is a copy of its own. It lives as long as the process, which Spark ends.
/// </summary>
internal static class WorkerProcess
{
    private static readonly ConcurrentDictionary<string, Lazy<StageWork>> Works = new(StringComparer.Ordinal);

    /// <summary>The process's part in the run that has these settings, which are parsed once.</summary>
    /// <param name="settings"><see cref="RunSettings"/> as JSON, the same text for all tasks of a run.</param>
    public static StageWork WorkFor(string settings)
    {
        var work = Works.GetOrAdd(settings, text => new Lazy<StageWork>(() => Open(text)));
        try
        {
            return work.Value;
        }
        catch
        {
            // A Lazy keeps its failure; the next attempt is to try again.
            Works.TryRemove(KeyValuePair.Create(settings, work));
            throw;
        }
    }

    private static StageWork Open(string text)
    {
        var settings = RunSettings.FromJson(Encoding.UTF8.GetBytes(text));
        return new StageWork(
            settings,
            new RunInput(StoreAddress.Open(settings.Input, isClosed: settings.IsSnapshotGiven)),
            StoreAddress.Open(settings.Output),
            TimeProvider.System,
            new Decoding(ProcessEnd.ForAnotherWorkerAsync),
            isSeenInStore: true);
    }
}
