using System.IO.Compression;
using System.Text.Json.Nodes;
using Amazon.S3.Model;
using Pomona.Cloud.Account;
using Pomona.Cloud.Deployment;
using Pomona.Cloud.Runs;
using Pomona.CommandLine;
using Pomona.Contracts;
using Pomona.Storage;

namespace Pomona.Cloud.Smoke;

/// <summary>Runs a few drawn images through the account, from upload to tear-down, and gathers what can be seen of it.</summary>
/// <param name="account">The account.</param>
/// <param name="stack">The stack.</param>
/// <param name="runs">Its runs.</param>
/// <param name="folders">Their folders.</param>
/// <param name="screen">Where it is told.</param>
/// <param name="time">The clock.</param>
internal sealed class SmokeRun(CloudAccount account, DeployedStack stack, StackRuns runs, RunFolders folders, IProgressScreen screen, TimeProvider time)
{
    /// <summary>Images of each of the ten classes.</summary>
    public const int PerClass = 20;

    private const int Classes = 10;

    /// <summary>How long EMR takes to bring a cluster's last logs: every five minutes, and once more at its end.</summary>
    private static readonly TimeSpan LongestLogs = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan LongestStart = TimeSpan.FromMinutes(3);

    private TimeSpan Period => stack.IsLocal ? TimeSpan.FromSeconds(1) : TimeSpan.FromSeconds(5);

    /// <summary>The input of the run: on a cluster, whatever the stack's engine is, and one node of Spot besides, so that something is learnt of those.</summary>
    /// <param name="dataset">The data set.</param>
    /// <param name="withSpot">Whether the stack may rent task nodes.</param>
    /// <param name="parameters">The stack's parameters: one of an earlier version has no engine.</param>
    public static string Input(DatasetName dataset, bool withSpot, IReadOnlyDictionary<string, string> parameters)
    {
        var input = new JsonObject { ["dataset"] = dataset.Value, ["cluster"] = withSpot ? new JsonObject { ["taskVcpus"] = 4 } : null };
        if (parameters.ContainsKey("Engine"))
            input["engine"] = RunEngine.Cluster;
        return input.ToJsonString();
    }

    /// <summary>Does it.</summary>
    /// <param name="dataset">A data set of its own.</param>
    /// <param name="withSpot">Whether the stack may rent task nodes.</param>
    /// <param name="cancellation">Ends the wait; the run goes on, and is told of.</param>
    public async Task<SmokeEvidence> RunAsync(DatasetName dataset, bool withSpot, CancellationToken cancellation)
    {
        var drawn = Directory.CreateTempSubdirectory("pomona-smoke-");
        try
        {
            var images = Path.Combine(drawn.FullName, "fruits");
            screen.Say($"drawing {PerClass * Classes} images");
            await new ToolProgram(
                Path.Combine(ToolProgram.Root, "pomona"), ["samples", images, "--count", PerClass.ToString(System.Globalization.CultureInfo.InvariantCulture)],
                new Dictionary<string, string?>()).RequireAsync(static _ => { }, cancellation);
            using var upload = await FolderUpload.OfAsync(images, BucketLayout.Dataset(dataset), cancellation);
            // Begun before the upload, whose events then find its lock: it waits until they have settled, as a run by upload does.
            await runs.StartAsync(Input(dataset, withSpot, stack.Parameters), cancellation);
            var run = await FindAsync(dataset, static run => run.Run is not null || !run.IsOn, cancellation);
            await upload.RunAsync(folders.Store, (done, _) => screen.Show("Upload", done, upload.Files.Count, string.Empty), cancellation);
            var evidence = await FollowAsync(run, dataset, upload.Files.Count, cancellation);
            if (evidence.Cluster is not null || evidence.Run.Images > 0)
                return evidence;
            // An upload that took longer than the quiet period came too late for it, and has a run of its own.
            screen.Say("it found no image yet: the upload's own run follows");
            run = await FindAsync(dataset, found => found.Execution != run.Execution, cancellation);
            return await FollowAsync(run, dataset, upload.Files.Count, cancellation);
        }
        finally
        {
            drawn.Delete(recursive: true);
        }
    }

    private async Task<StackRun> FindAsync(DatasetName dataset, Func<StackRun, bool> isIt, CancellationToken cancellation)
    {
        for (var began = time.GetTimestamp(); time.GetElapsedTime(began) < LongestStart; await Task.Delay(Period, time, cancellation))
        {
            if (await runs.FindAsync(new RunReference(null, dataset), cancellation) is { } run && isIt(run))
                return run;
        }

        throw new PomonaException(ExitCode.Account, $"the run of {dataset} has not begun: './pomona cloud runs' lists those that have.");
    }

    private async Task<SmokeEvidence> FollowAsync(StackRun run, DatasetName dataset, int images, CancellationToken cancellation)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var looking = LookAsync(run, over.Token);
        var (ended, cluster) = await new RunWatch(runs, folders, screen, time, Period).FollowAsync(run, cancellation);
        await over.CancelAsync();
        var (idle, instances) = await looking;
        var marker = RunId.TryParse(ended.Run, out var id) ? await folders.MarkerAsync(new RunFolder(dataset, id), cancellation) : null;
        IReadOnlyList<(string Id, string State)> steps = cluster is null ? [] : await runs.StepsAsync(cluster.Id, cancellation);
        var lines = cluster is null ? [] : await LogLinesAsync(cluster.Id, cancellation);
        return new SmokeEvidence(ended, cluster, images, idle, instances, [.. steps.Select(static step => step.State)], marker, lines, stack.IsLocal);
    }

    /// <summary>What can be seen of a cluster only while it lives.</summary>
    private async Task<(long? IdleSeconds, IReadOnlyList<SmokeInstance> Instances)> LookAsync(StackRun run, CancellationToken cancellation)
    {
        long? idle = null;
        var instances = new Dictionary<string, SmokeInstance>(StringComparer.Ordinal);
        try
        {
            while (run.IsOn)
            {
                await Task.Delay(4 * Period, time, cancellation);
                run = await runs.AgainAsync(run, cancellation);
                if (run.Cluster is null)
                    continue;
                try
                {
                    idle ??= (long?)(await account.Aws.AskAsync("emr", "get-auto-termination-policy", new JsonObject { ["ClusterId"] = run.Cluster }, cancellation))["AutoTerminationPolicy"]?["IdleTimeout"];
                    var answer = await account.Aws.AskAsync("emr", "list-instances", new JsonObject { ["ClusterId"] = run.Cluster }, cancellation);
                    foreach (var instance in answer["Instances"] as JsonArray ?? [])
                    {
                        if ((string?)instance?["Ec2InstanceId"] is { } id)
                            instances[id] = new SmokeInstance(Word(instance["InstanceType"]), Word(instance["Market"]), Word(instance["PrivateDnsName"]));
                    }
                }
                catch (PomonaException)
                {
                    // What is not seen this time may be the next; in the end it is "not checked".
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The run is over, or the person has stopped watching, which is told elsewhere.
        }

        return (idle, [.. instances.Values]);

        static string Word(JsonNode? node) => Printable.Excerpt((string?)node ?? "?", 80);
    }

    /// <summary>The telling lines of the cluster's logs, which EMR brings some minutes after its end; a laptop has those of YARN never.</summary>
    private async Task<IReadOnlyList<string>> LogLinesAsync(string cluster, CancellationToken cancellation)
    {
        var prefix = BucketLayout.ClusterLogs(cluster);
        for (var began = time.GetTimestamp(); ; await Task.Delay(4 * Period, time, cancellation))
        {
            var lines = new List<string>();
            await foreach (var log in folders.Store.ListAsync(prefix, cancellation))
            {
                if (log.Key.EndsWith("/stderr.gz", StringComparison.Ordinal) && (log.Key[prefix.Length..].StartsWith("containers/", StringComparison.Ordinal) || log.Key[prefix.Length..].StartsWith("steps/", StringComparison.Ordinal)))
                    await ReadAsync(log.Key, lines, cancellation);
            }

            if (lines.Count > 0 || stack.IsLocal || time.GetElapsedTime(began) > LongestLogs)
                return lines;
            if (time.GetElapsedTime(began) < Period)
                screen.Say("waiting for EMR to bring the cluster's logs, for 10 minutes at most");
        }
    }

    private async Task ReadAsync(string key, List<string> lines, CancellationToken cancellation)
    {
        using var answer = await account.Storage.GetObjectAsync(new GetObjectRequest { BucketName = stack.Bucket, Key = key }, cancellation);
        await using var plain = new GZipStream(answer.ResponseStream, CompressionMode.Decompress);
        using var reader = new StreamReader(plain);
        try
        {
            while (await reader.ReadLineAsync(cancellation) is { } line && lines.Count < 10_000)
            {
                if (SmokeEvidence.IsTelling(line))
                    lines.Add(Printable.Excerpt(line, 400));
            }
        }
        catch (InvalidDataException)
        {
            // No gzip: it says nothing.
        }
    }
}
