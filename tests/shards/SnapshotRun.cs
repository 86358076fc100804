using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Pomona.Contracts;
using Pomona.Job.Commands;
using Pomona.Job.Engines;
using Pomona.Job.Pipeline;
using Pomona.Job.Progress;
using Pomona.Job.Tests.Pipeline;
using Pomona.Storage;
using Pomona.Vision.Models.Catalog;

namespace Pomona.Shards.Tests;

/// <summary>A data set of drawn images, two of which are none, and a bundle with a quick model, as a bucket has them once PlanRun has answered.</summary>
internal sealed class SnapshotRun : IDisposable
{
    public const string Bucket = "pomona-test";
    public const string InputUri = $"s3://{Bucket}/datasets/fruits/";
    public const string OutputUri = $"s3://{Bucket}/runs/fruits/{Run}/";
    private const string Run = "20261121T130455Z-3f9a2c1b";

    private readonly TemporaryFolder _folder = new();
    private readonly int _shardSize;

    public SnapshotRun(int perClass = 1, int shardSize = 3)
    {
        _shardSize = shardSize;
        DrawnFruits.Write(_folder["fruits"], perClass);
        _folder.Write("fruits/apple red/broken.jpg", "no image"u8);
        _folder.Write("fruits/zucchini/empty.png", []);
        _folder.Write("bundle/model/model.onnx", TinyModel.OfSize(32));
        _folder.Write("bundle/model/model.json", """{"name": "tiny", "scaling": "minusOneToOne"}"""u8);
        var list = Encoding.UTF8.GetBytes(string.Concat(
            ((string[])["model/model.json", "model/model.onnx"]).Select(file => $"{Sum(File.ReadAllBytes(_folder[$"bundle/{file}"]))}  {file}\n")));
        _folder.Write($"bundle/{BucketLayout.ArtifactList}", list);
        BundleUri = $"s3://{Bucket}/artifacts/{Sum(list)}/";
    }

    public string BundleUri { get; }

    public string this[string relative] => _folder[relative];

    /// <summary>Where the function keeps the model, as /tmp.</summary>
    public string Temporary => Directory.CreateDirectory(_folder["tmp"]).FullName;

    /// <summary>What the workflow asks for at first.</summary>
    public ShardsRequest Next => new(
        ShardsRequest.Next, Parsed<DatasetName>("fruits"), Parsed<RunId>(Run), InputUri, OutputUri, Components: 10, JobArguments.On, JobArguments.Exact, BundleUri,
        "arn:aws:states:eu-west-3:123456789012:execution:pomona-pipeline:fruits", ShardsPerBatch: 2);

    /// <summary>A process of the function over the run's folder as it is seen from there.</summary>
    public RunShards Function(Func<IStore> output, TimeProvider? time = null) => new(
        new ShardsSettings(Bucket, MemoryMegabytes: 1769),
        (address, _) => address switch
        {
            InputUri => new FolderStore(_folder["fruits"], isClosed: true),
            OutputUri => output(),
            _ when address == BundleUri => new FolderStore(_folder["bundle"], isClosed: true),
            _ => throw new InvalidOperationException($"{address} is none of the run's"),
        },
        Temporary,
        time ?? TimeProvider.System);

    /// <summary>The run's folder, with the snapshot that PlanRun has taken.</summary>
    /// <param name="output">The folder.</param>
    /// <param name="since">The finished run that is taken over from; null for none.</param>
    public async Task<T> WithSnapshotAsync<T>(T output, FinishedRun? since = null)
        where T : IStore
    {
        using var input = new FolderStore(_folder["fruits"]);
        await using var unchanged = since is null ? null : new UnchangedImages(since, isByVersion: true, CancellationToken.None);
        using var writer = new SnapshotWriter(input.Address, _shardSize);
        await foreach (var item in input.ListAsync(string.Empty, CancellationToken.None))
        {
            var entry = new ManifestEntry(item.Key, item.Size, item.ETag);
            if (writer.Add(entry, out var shard))
                await output.WriteAsync(shard.Path, shard.Content, CancellationToken.None);
            if (unchanged is not null)
                await unchanged.AddAsync(entry);
        }

        var plan = writer.Complete(out var last) with { Since = unchanged?.Complete() };
        if (last is not null)
            await output.WriteAsync(last.Path, last.Content, CancellationToken.None);
        await output.WriteAsync(RunLayout.Plan, JsonSerializer.SerializeToUtf8Bytes(plan, ContractJson.Readable.RunPlan), CancellationToken.None);
        return output;
    }

    /// <summary>The same run by an engine that has one driver, asked for as the step on a cluster asks.</summary>
    public async Task<RunMarker> RunAsync(IStore output, IEngine engine)
    {
        using var input = new FolderStore(_folder["fruits"], isClosed: true);
        var command = new Command(JobArguments.Command);
        var arguments = new RunArguments(command);
        var request = arguments.Request(command.Parse(
        [
            input.Address, JobArguments.Output, output.Address, JobArguments.Components, "10", JobArguments.ExifRotation, JobArguments.On,
            JobArguments.Decode, JobArguments.Exact, "--model", _folder["bundle/model/model.onnx"], JobArguments.UseSnapshot,
        ]));
        var model = await new ModelCatalog(new ModelCatalogOptions()).ResolveAsync(request.Model, CancellationToken.None);
        return await new RunPipeline(request, model, input, output, engine, new NoProgress(), TimeProvider.System)
        {
            BetweenLooks = TimeSpan.FromMilliseconds(5),
        }.RunAsync(CancellationToken.None);
    }

    /// <summary>The whole run as the workflow does it where nothing goes wrong.</summary>
    public static async Task<ShardsAnswer> FinishAsync(RunShards function, ShardsRequest request)
    {
        var answer = await function.HandleAsync(request, new PlayedCall());
        while (answer.Verdict == ShardsAnswer.WorkLeft)
        {
            foreach (var batch in answer.Batches!)
                Assert.Equal(ShardsAnswer.Done, (await function.HandleAsync(Work(request, answer, batch), new PlayedCall())).Verdict);
            answer = await function.HandleAsync(Again(request, answer), new PlayedCall());
        }

        return answer;
    }

    public static ShardsRequest Work(ShardsRequest request, ShardsAnswer answer, ShardBatch batch)
        => request with { Do = ShardsRequest.Work, Stage = answer.Stage, From = batch.From, To = batch.To };

    public static ShardsRequest Again(ShardsRequest request, ShardsAnswer answer) => request with { Round = answer.Round, Stages = answer.Stages };

    /// <summary>All of a run that must not depend on who ran it, when and how often, with its content.</summary>
    public static SortedDictionary<string, string> Lasting(IEnumerable<string> keys, Func<string, byte[]> content) => new(
        keys.Where(static key => !key.StartsWith("work/", StringComparison.Ordinal) && key is not (RunLayout.Marker or RunLayout.Summary or RunLayout.Report))
            .ToDictionary(static key => key, key => Sum(content(key))),
        StringComparer.Ordinal);

    public static SortedDictionary<string, string> Lasting(MemoryStore store) => Lasting(store.Keys, key => store[key]);

    public SortedDictionary<string, string> Lasting(string folder) => Lasting(
        Directory.EnumerateFiles(_folder[folder], "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(_folder[folder], path)),
        key => File.ReadAllBytes(Path.Combine(_folder[folder], key)));

    public static MemoryStore NewBucketFolder() => new(OutputUri["s3://".Length..^1]);

    public void Dispose() => _folder.Dispose();

    private static T Parsed<T>(string text) => JsonSerializer.Deserialize<T>($"\"{text}\"")!;

    private static string Sum(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));
}
