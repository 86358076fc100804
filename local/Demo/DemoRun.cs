using System.Globalization;
using Pomona.CommandLine;
using Pomona.Contracts;
using Pomona.Local.Account;
using Pomona.Local.Commands;
using Pomona.Local.Emr;
using Pomona.Local.Page;
using Pomona.Storage;

namespace Pomona.Local.Demo;

/// <summary>
/// One demo: uploads a folder, and watches until the run, its cluster and its mails are done; then lets the data set grow, and
/// watches the next run, which takes over what is unchanged.
/// </summary>
internal sealed class DemoRun(RunningCloud cloud, IProgressScreen screen, TimeProvider clock)
{
    // A laptop with a thousand images takes two minutes; ten thousand, twenty.
    private static readonly TimeSpan LongestWithoutNews = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);

    /// <summary>By how many images a data set grows, and how many of it change, where it has enough.</summary>
    private const int Added = 50;
    private const int Changed = 10;
    private const int SentAtOnce = 8;

    private readonly HashSet<string> _said = new(StringComparer.Ordinal);
    private string _news = string.Empty;
    private bool _jobDone;

    /// <summary>Runs it.</summary>
    /// <param name="images">The folder of images.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The finished run.</returns>
    /// <exception cref="LocalCloudException">The run failed, or something that belongs to it is missing.</exception>
    public async Task<RunView> RunAsync(string images, CancellationToken cancellation)
    {
        var dataset = NewName(await cloud.AccountAsync(cancellation));
        var below = BucketLayout.Dataset(DatasetName.Parse(dataset));
        using (var upload = await FolderUpload.OfAsync(images, below, cancellation))
            await UploadAsync(upload, below, cancellation);
        return Succeeded(await WatchAsync(dataset, earlier: null, mailsBefore: 0, cancellation));
    }

    /// <summary>Adds images to the data set of a finished run and changes some, and runs it again, by the events of that upload.</summary>
    /// <param name="images">The folder that was uploaded.</param>
    /// <param name="first">The finished run.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The finished run, and what it did.</returns>
    public async Task<(RunView Run, RunSummary Summary)> GrowAsync(string images, RunView first, CancellationToken cancellation)
    {
        var (dataset, mails) = (first.Dataset!, MailsAbout(first.Dataset!, await cloud.AccountAsync(cancellation)).Length);
        var below = BucketLayout.Dataset(DatasetName.Parse(dataset));
        var bucket = new S3Store(cloud.Storage, cloud.Bucket, prefix: string.Empty);
        string[] keys;
        using (var upload = await FolderUpload.OfAsync(images, below, cancellation))
            keys = [.. upload.Files.Select(static file => file.Key).Where(ImageFileName.IsImage)];
        var sent = Grown(keys).ToArray();
        screen.Say($"the data set grows: {sent.Count(static one => one.IsNew):N0} images more (copies under new names), {sent.Count(static one => !one.IsNew):N0} changed");
        await Parallel.ForEachAsync(
            sent,
            new ParallelOptions { MaxDegreeOfParallelism = SentAtOnce, CancellationToken = cancellation },
            async (one, token) => await bucket.WriteAsync(below + one.Key, await File.ReadAllBytesAsync(Path.Combine(images, one.From), token), token));

        _jobDone = false;
        var run = Succeeded(await WatchAsync(dataset, first.Arn, mails, cancellation));
        var summary = (await RunNotes.MarkerAsync(bucket, BucketLayout.Run(DatasetName.Parse(dataset), RunId.Parse(run.Run!)), cancellation))?.Summary
            ?? throw new LocalCloudException($"the run {run.Run} has finished, and its {RunLayout.Marker} cannot be read.");
        screen.Say(RunRemarks.OnTakenOver(summary.TakenOver ?? 0, summary.Images + summary.Rejected - (summary.TakenOver ?? 0)).TrimEnd('.'));
        return (run, summary);
    }

    /// <summary>What is sent: spread over the data set, whose images are seldom alike side by side.</summary>
    private static IEnumerable<(string Key, string From, bool IsNew)> Grown(string[] keys)
    {
        var (added, changed) = (Math.Min(Added, keys.Length / 2), Math.Min(Changed, keys.Length / 4));
        for (var i = 0; i < added; i++)
        {
            var key = keys[(int)((long)i * keys.Length / added)];
            yield return ($"{Path.ChangeExtension(key, null)}-more{Path.GetExtension(key)}", key, IsNew: true);
        }

        for (var i = 0; i < changed; i++)
        {
            var at = (int)((long)i * keys.Length / changed);
            yield return (keys[at], keys[(at + 1) % keys.Length], IsNew: false);
        }
    }

    private static RunView Succeeded(RunView run) => run.Status == "SUCCEEDED"
        ? run
        : throw new LocalCloudException($"the run ended as {run.Status}: {run.Error} {run.Cause}".Trim(), code: ExitCode.RunFailed);

    /// <summary>Copies a run's results out of the bucket; one that is there whole is not copied again.</summary>
    public static async Task SaveAsync(RunningCloud cloud, RunView run, string folder, CancellationToken cancellation)
    {
        var bucket = new S3Store(cloud.Storage, cloud.Bucket, prefix: string.Empty);
        await new RunDownload(bucket, BucketLayout.Run(DatasetName.Parse(run.Dataset!), RunId.Parse(run.Run!)))
            .CopyAsync(folder, static (_, _) => { }, cancellation);
    }

    /// <summary>The mails about a data set, oldest first.</summary>
    public static MailView[] MailsAbout(string dataset, AccountView account) =>
        [.. account.Mails.Where(mail => mail.Subject.Contains($" {dataset} ", StringComparison.Ordinal))];

    // A data set that has been run already is not run again by uploading the same images.
    private static string NewName(AccountView account)
    {
        var taken = account.Runs.Select(run => run.Dataset).ToHashSet(StringComparer.Ordinal);
        for (var i = 1; ; i++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"demo-{i}");
            if (!taken.Contains(name))
                return name;
        }
    }

    private async Task UploadAsync(FolderUpload upload, string below, CancellationToken cancellation)
    {
        screen.Say($"uploading {upload.Files.Count:N0} files to s3://{cloud.Bucket}/{below}{upload.Left}");
        var started = clock.GetTimestamp();
        await upload.RunAsync(
            new S3Store(cloud.Storage, cloud.Bucket, prefix: string.Empty),
            (done, _) => screen.Show("Upload", done, upload.Files.Count, PerSecond(done, started, "files")),
            cancellation);
        screen.Say($"uploaded, {PerSecond(upload.Files.Count, started, "files")}; every file told the functions");
    }

    private async Task<RunView> WatchAsync(string dataset, string? earlier, int mailsBefore, CancellationToken cancellation)
    {
        var lastNews = clock.GetTimestamp();
        long? jobStarted = null;
        while (true)
        {
            var account = await cloud.AccountAsync(cancellation);
            var run = account.Runs.FirstOrDefault(candidate => candidate.Dataset == dataset && candidate.Arn != earlier);
            var clusters = account.Clusters.Where(cluster => cluster.Run is not null && cluster.Run == run?.Run).ToArray();
            var mails = MailsAbout(dataset, account)[mailsBefore..];
            Tell(run, clusters, mails);
            if (clusters.Any(cluster => cluster.Steps.Any(step => step.State == StepState.Running)) || IsOnFunctions(run))
                jobStarted ??= clock.GetTimestamp();
            if (jobStarted is { } since && run?.Images is { } images && !_jobDone)
            {
                screen.Show("Job", images.Done, images.Total, PerSecond(images.Done, since, "images"));
                _jobDone = images.Done == images.Total;
                if (_jobDone)
                    screen.Say($"all features are computed, {PerSecond(images.Done, since, "images")}; components and report follow");
            }

            var news = $"{run?.Status} {run?.States.Count} {run?.Images} {string.Join(' ', clusters.Select(cluster => cluster.State))} {mails.Length}";
            if (news != _news)
                (_news, lastNews) = (news, clock.GetTimestamp());
            if (run is { Ended: true } && (run.Status != "SUCCEEDED" || IsComplete(run, clusters, mails)))
                return run;
            if (clock.GetElapsedTime(lastNews) > LongestWithoutNews)
            {
                throw new LocalCloudException(
                    $"nothing has happened for {LongestWithoutNews.TotalMinutes:0} minutes; the run is {run?.Status ?? "not there"}, "
                    + $"its clusters are {string.Join(", ", clusters.Select(cluster => $"{cluster.Id} {cluster.State}"))}, "
                    + $"{mails.Length} mails were sent: see {cloud.Endpoint}.");
            }

            await Task.Delay(Period, clock, cancellation);
        }
    }

    /// <summary>Whether functions do, or did, its work.</summary>
    public static bool IsOnFunctions(RunView? run) => run?.States.Any(static state => state.Name == "NextStage") == true;

    private static bool IsComplete(RunView run, ClusterView[] clusters, MailView[] mails) => IsOnFunctions(run)
        ? mails.Length >= 1
        : clusters.Length > 0 && clusters.All(cluster => cluster.State == ClusterState.Terminated) && mails.Length >= 2;

    private void Tell(RunView? run, ClusterView[] clusters, MailView[] mails)
    {
        if (run is not null)
            Once($"the run {run.Run} has started and waits until the upload has settled", run.Arn);
        if (run?.Images is { } images)
            Once($"settled: the snapshot has {images.Total:N0} images");
        if (IsOnFunctions(run))
            Once("functions do the work: no cluster is rented");
        foreach (var cluster in clusters)
        {
            var price = cluster.CostPerHour is { } perHour
                ? string.Create(CultureInfo.InvariantCulture, $" ({cluster.Vcpus} vCPUs, {perHour:0.00} {cluster.Currency} per hour on AWS)")
                : string.Empty;
            Once(cluster.State == ClusterState.Starting
                ? $"cluster {cluster.Id} is {cluster.State}{price}"
                : $"cluster {cluster.Id} is {cluster.State}");
            if (cluster.RunsOn is { } runsOn)
                Once($"cluster {cluster.Id} runs its steps on {runsOn}");
            foreach (var lost in cluster.Instances.Where(instance => instance.State == Instance.Terminated && cluster.Ended is null))
                Once($"the {lost.Fleet} instance {lost.Id} ({lost.Type}, {lost.Market}) is gone: {lost.Reason}");
            foreach (var step in cluster.Steps.Where(step => step.State is not StepState.Pending))
                Once($"the job's step is {step.State}");
        }

        foreach (var mail in mails)
            Once($"mail to {mail.To}: {mail.Subject}", mail.File);
    }

    private void Once(string sentence, string? key = null)
    {
        if (_said.Add(key ?? sentence))
            screen.Say(sentence);
    }

    private string PerSecond(long done, long since, string what)
    {
        var seconds = clock.GetElapsedTime(since).TotalSeconds;
        return seconds > 0 ? string.Create(CultureInfo.InvariantCulture, $"{done / seconds:0} {what}/s") : string.Empty;
    }
}
