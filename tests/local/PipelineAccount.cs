using System.Text.Json.Nodes;
using Amazon.S3.Model;
using Pomona.Contracts;
using Pomona.Local.Account;
using Pomona.Local.Emr;
using Pomona.Local.Faults;
using Pomona.Local.Page;
using Pomona.Local.Processes;
using Pomona.Local.Sns;
using Pomona.Local.Stack;

namespace Pomona.Local.Tests;

/// <summary>An account with the pipeline's own stack in it: the real functions, workflow, scripts and job.</summary>
public class PipelineAccount : LocalAccount
{
    // Milliseconds between two questions, whose answers are the work of the account that is being waited for.
    private const int Between = 500;

    internal CreatedStack Stack { get; private set; } = null!;

    internal string Bucket => Stack.Outputs["BucketName"];

    internal string Pipeline => Stack.Outputs["PipelineArn"];

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        Stack = await Part<PomonaStack>().CreateAsync(_ => { }, CancellationToken.None);
    }

    internal override LocalSettings Settings() => base.Settings() with
    {
        TimeScale = 120,
        StackParameters = new Dictionary<string, string> { ["QuietSeconds"] = "120", ["ShardSize"] = "16" },
    };

    /// <summary>Removes all faults, so that none outlives its test.</summary>
    internal void ClearFaults()
    {
        Part<FaultPlan>().Clear();
        Part<ClusterFaults>().Clear();
    }

    /// <summary>Uploads images as a data set.</summary>
    internal Task UploadAsync(string dataset, IReadOnlyList<string> files, string prefix = "") => Parallel.ForEachAsync(
        files,
        new ParallelOptions { MaxDegreeOfParallelism = 8 },
        async (file, cancel) => await S3.PutObjectAsync(
            new PutObjectRequest
            {
                BucketName = Bucket,
                Key = $"datasets/{dataset}/{prefix}{Path.GetFileName(Path.GetDirectoryName(file))}/{Path.GetFileName(file)}",
                FilePath = file,
            },
            cancel));

    /// <summary>All executions that ran a data set, newest first.</summary>
    internal async Task<IReadOnlyList<RunView>> RunsAsync(string dataset) =>
        [.. (await Part<RunViews>().AllAsync(CancellationToken.None)).Where(run => run.Dataset == dataset)];

    internal async Task<IReadOnlyList<string>> KeysAsync(string prefix) =>
        [.. ((await S3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = Bucket, Prefix = prefix })).S3Objects ?? []).Select(found => found.Key)];

    /// <summary>The one execution of a data set, once it has ended.</summary>
    internal async Task<RunView> EndedAsync(string dataset, int runs = 1)
    {
        var ended = await Eventually.FoundAsync(
            async () => await RunsAsync(dataset) is { } all && all.Count >= runs && all.All(run => run.Ended) ? all : null,
            () => $"the end of the run of {dataset}",
            Between);
        Assert.Equal(runs, ended.Count);
        return ended[0];
    }

    /// <summary>Waits until an execution is in a state, or has been.</summary>
    internal Task<RunView> InStateAsync(string dataset, string state, bool everVisited = false) => Eventually.FoundAsync(
        async () => await RunsAsync(dataset) is [var newest, ..]
            && (newest.Ended || newest.States.Any(visit => visit.Name == state && (everVisited || visit.Exited is null))) ? newest : null,
        () => $"{dataset} in {state}",
        Between);

    /// <summary>The clusters that a run rented.</summary>
    internal Cluster[] ClustersOf(RunView run) => [.. Part<ClusterStore>().All.Where(cluster => cluster.Tags.GetValueOrDefault("pomona:execution") == run.Arn)];

    /// <summary>Waits until no cluster of a run is left.</summary>
    internal Task GoneAsync(RunView run) => Eventually.HoldsAsync(
        () => ClustersOf(run).All(cluster => ClusterState.IsFinal(cluster.State)),
        () => $"the end of {string.Join(", ", ClustersOf(run).Select(cluster => $"{cluster.Id} {cluster.State}"))}");

    /// <summary>The subjects of the mails about a data set.</summary>
    internal string[] MailsAbout(string dataset) => [.. Part<Mailbox>().Letters
        .Where(letter => letter.Subject.Contains($" {dataset} ", StringComparison.Ordinal))
        .Select(letter => letter.Subject)];

    internal async Task<string> StartByHandAsync(string dataset, string more = "") => (string)(await CallAsync(
        "stepfunctions", "StartExecution",
        new JsonObject { ["stateMachineArn"] = Pipeline, ["input"] = $$"""{"dataset":"{{dataset}}","now":true{{more}}}""" }))["executionArn"]!;

    /// <summary>
    /// The shards that a run has finished, each with when its features were written: what is not done again keeps its time.
    /// </summary>
    internal async Task<(int Shard, DateTime? Written)[]> FinishedShardsAsync(RunView run)
    {
        var folder = BucketLayout.Run(DatasetName.Parse(run.Dataset!), RunId.Parse(run.Run!));
        var listed = await S3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = Bucket, Prefix = folder });
        var written = (listed.S3Objects ?? []).ToDictionary(found => found.Key, found => found.LastModified);
        return [.. Enumerable.Range(0, 100).Where(shard => written.ContainsKey(folder + RunLayout.PageOf(RunLayout.Features(shard))))
            .Select(shard => (shard, written[folder + RunLayout.Features(shard)]))];
    }

    internal async Task<RunMarker> MarkerAsync(RunView run)
    {
        using var found = await S3.GetObjectAsync(
            Bucket, BucketLayout.Run(DatasetName.Parse(run.Dataset!), RunId.Parse(run.Run!)) + RunLayout.Marker);
        return (await System.Text.Json.JsonSerializer.DeserializeAsync(found.ResponseStream, ContractJson.Readable.RunMarker))!;
    }

    /// <summary>
    /// Makes sure that a run's parts, components, rejects and findings are to the byte those that <c>pomona run</c> makes of the same images;
    /// how many files that were.
    /// </summary>
    internal async Task<int> SameAsTheJobsAsync(RunView run, IReadOnlyList<string> images)
    {
        var expected = await RunJobAsync(images);
        var prefix = BucketLayout.Run(DatasetName.Parse(run.Dataset!), RunId.Parse(run.Run!));
        // Not the plan and the marker, which name who made them and when, nor the report, which shows that.
        string[] same = [.. Directory.GetFiles(expected, "*.parquet", SearchOption.AllDirectories), Path.Combine(expected, RunLayout.PcaJson), Path.Combine(expected, RunLayout.Rejected), Path.Combine(expected, RunLayout.Quality)];
        foreach (var file in same)
        {
            var name = Path.GetRelativePath(expected, file).Replace('\\', '/');
            using var found = await S3.GetObjectAsync(Bucket, prefix + name);
            using var content = new MemoryStream();
            await found.ResponseStream.CopyToAsync(content);
            Assert.True((await File.ReadAllBytesAsync(file)).SequenceEqual(content.ToArray()), $"{name} differs");
        }

        return same.Length;
    }

    private async Task<string> RunJobAsync(IReadOnlyList<string> images)
    {
        var input = Directory.CreateDirectory(Path.Combine(Folder, "input")).FullName;
        foreach (var image in images)
        {
            var label = Directory.CreateDirectory(Path.Combine(input, Path.GetFileName(Path.GetDirectoryName(image)!)));
            File.Copy(image, Path.Combine(label.FullName, Path.GetFileName(image)));
        }

        var output = Path.Combine(Folder, "output");
        var job = await FinishedProgram.RunAsync(
            "dotnet", [Cloud.Settings.Job, "run", input, "--output", output, "--shard-size", "16"], CancellationToken.None);
        Assert.True(job.Code == 0, job.Error + job.Output);
        return output;
    }
}
