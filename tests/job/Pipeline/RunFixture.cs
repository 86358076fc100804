using System.Text;
using Pomona.Contracts;
using Pomona.Job.Engines;
using Pomona.Job.Pipeline;
using Pomona.Job.Progress;
using Pomona.Storage;
using Pomona.Vision.Imaging;
using Pomona.Vision.Models.Catalog;

namespace Pomona.Job.Tests.Pipeline;

/// <summary>Runs over a small drawn data set with a quick model, in a folder of the test's own.</summary>
internal sealed class RunFixture : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public RunFixture(int perClass = 4)
    {
        DrawnFruits.Write(Input, perClass);
        Model = TinyModel.Write(_folder);
    }

    public string Input => _folder["fruits"];

    public string Model { get; }

    public string this[string output] => _folder[output];

    public string Write(string relative, ReadOnlySpan<byte> content) => _folder.Write(relative, content);

    public RunRequest Request(string output = "out", int components = 10, int shardSize = 7, int threads = 2) => new()
    {
        Input = Input,
        Output = _folder[output],
        Components = components,
        Model = Model,
        Resize = ResizeFilter.Bicubic,
        ShardSize = shardSize,
        Threads = threads,
        MaxMegapixels = 100,
    };

    public static async Task<RunMarker> RunAsync(
        RunRequest request,
        IEngine? engine = null,
        IStore? input = null,
        IStore? output = null,
        IRunProgress? progress = null,
        TimeProvider? time = null,
        Func<string, IStore>? openEarlier = null,
        CancellationToken cancellation = default)
    {
        using var from = input ?? StoreAddress.Open(request.Input);
        using var to = output ?? StoreAddress.Open(request.Output);
        var model = await new ModelCatalog(new ModelCatalogOptions()).ResolveAsync(request.Model, cancellation);
        return await new RunPipeline(
            request, model, from, to, engine ?? new LocalEngine(), progress ?? new NoProgress(), time ?? TimeProvider.System)
        {
            OpenEarlier = openEarlier ?? (static address => StoreAddress.Open(address)),
        }.RunAsync(cancellation);
    }

    /// <summary>All files of an output that must not depend on when and how often it was run, with their content.</summary>
    public SortedDictionary<string, string> Lasting(string output) => new(
        Directory.EnumerateFiles(_folder[output], "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(_folder[output], path))
            .Where(path => !path.StartsWith("work", StringComparison.Ordinal)
                && path is not (RunLayout.Marker or RunLayout.Summary or RunLayout.Report))
            .ToDictionary(path => path, path => Convert.ToHexString(
                System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(Path.Combine(_folder[output], path))))),
        StringComparer.Ordinal);

    public IReadOnlyList<RejectedImage> Rejected(string output = "out") => [.. File
        .ReadAllLines(Path.Combine(_folder[output], RunLayout.Rejected), Encoding.UTF8)
        .Select(line => System.Text.Json.JsonSerializer.Deserialize(line, ContractJson.Readable.RejectedImage)!)];

    public void Dispose() => _folder.Dispose();
}
