using Pomona.CommandLine;
using Pomona.Contracts;
using static System.FormattableString;

namespace Pomona.Cloud.Runs;

/// <summary>Follows a run to its end, and tells on a screen what happens.</summary>
/// <param name="runs">The stack's runs.</param>
/// <param name="folders">Their folders.</param>
/// <param name="screen">Where it is told.</param>
/// <param name="time">The clock.</param>
/// <param name="period">How often is looked.</param>
internal sealed class RunWatch(StackRuns runs, RunFolders folders, IProgressScreen screen, TimeProvider time, TimeSpan period)
{
    private readonly HashSet<string> _said = new(StringComparer.Ordinal);
    private RunPlan? _plan;
    private (long Done, long At)? _begun;

    /// <summary>Follows the run until its execution has ended.</summary>
    /// <returns>The run as it ended, and its cluster.</returns>
    public async Task<(StackRun Run, RunCluster? Cluster)> FollowAsync(StackRun run, CancellationToken cancellation)
    {
        while (true)
        {
            var cluster = await runs.ClusterAsync(run, cancellation);
            await TellAsync(run, cluster, cancellation);
            if (!run.IsOn)
                return (run, cluster);
            await Task.Delay(period, time, cancellation);
            run = await runs.AgainAsync(run, cancellation);
        }
    }

    private async Task TellAsync(StackRun run, RunCluster? cluster, CancellationToken cancellation)
    {
        Once($"run {run.Run ?? "(not yet named)"} of {run.Dataset ?? "no data set"}, begun {run.Started.ToLocalTime():yyyy-MM-dd HH:mm}", $"run {run.Run}");
        if (run.Images is { } images)
            Once(Invariant($"settled: the snapshot has {images:N0} images"));
        if (run.State is not null && run.IsOn)
            Once(run.Says.StartsWith("the ", StringComparison.Ordinal) ? run.Says : $"it {run.Says}");
        if (run is { IsByFunctions: true, Why: { } why })
            Once($"no cluster is rented. {why}", "why");
        if (run is { IsByFunctions: true, IsOn: true, Stage: { } stage })
            Once($"stage {stage}");
        if (cluster is not null)
        {
            var price = run.Hourly is { } hourly ? Invariant($", about {hourly:0.00} {run.Currency} per hour") : string.Empty;
            var size = _said.Add(cluster.Id) ? $" ({run.Vcpus} vCPUs{price})" : string.Empty;
            Once($"cluster {cluster.Id} is {cluster.State}{size}", $"{cluster.Id} {cluster.State}");
        }

        await ShowImagesAsync(run, cancellation);
    }

    private async Task ShowImagesAsync(StackRun run, CancellationToken cancellation)
    {
        if (!DatasetName.TryParse(run.Dataset, out var dataset) || !RunId.TryParse(run.Run, out var id) || cancellation.IsCancellationRequested)
            return;
        var folder = new RunFolder(dataset, id);
        if ((run.Cluster is null && !run.IsByFunctions) || (_plan ??= await folders.PlanAsync(folder, cancellation)) is not { } plan)
            return;
        var done = await folders.DoneAsync(folder, plan, cancellation);
        _begun ??= (done, time.GetTimestamp());
        // What was done before anybody looked is no speed of this run's.
        var seconds = time.GetElapsedTime(_begun.Value.At).TotalSeconds;
        var speed = seconds > 0 && done > _begun.Value.Done ? Invariant($"{(done - _begun.Value.Done) / seconds:0} images/s") : string.Empty;
        if (done > 0)
            screen.Show("Images", done, plan.Images, speed);
        if (done == plan.Images)
            Once("all features are computed; components and report follow");
    }

    private void Once(string sentence, string? key = null)
    {
        if (_said.Add(key ?? sentence))
            screen.Say(sentence);
    }
}
