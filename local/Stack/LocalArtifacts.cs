using System.Text;
using Amazon.S3;
using Amazon.S3.Model;
using Pomona.Contracts;
using Pomona.Local.Account;

namespace Pomona.Local.Stack;

/// <summary>
/// Puts under <c>artifacts/</c> what the bootstrap action installs. In place of the Spark bundle, which needs packages and a
/// JVM that a laptop may lack, there are notes in its places: the simulated <c>spark-submit</c> runs this machine's build. The model
/// is the real one, for functions that work on shards.
/// </summary>
internal sealed class LocalArtifacts(IAmazonS3 storage, LocalModel model, LocalSettings settings)
{
    private const string Note = "In the local cloud the job's own build on this machine runs in place of this file.\n";

    // What run-step.sh looks for before it starts Spark: bootstrap/node-files.md.
    private static readonly string[] Places =
        ["job/Pomona.Job", "worker/Microsoft.Spark.Worker", "spark/microsoft-spark-3-5_2.12-2.3.1.jar"];

    private static readonly string[] Scripts = ["bootstrap/install-node.sh", "bootstrap/run-step.sh"];

    public async Task UploadAsync(string bucket, CancellationToken cancellation)
    {
        var files = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var place in Places)
            files[place] = Encoding.UTF8.GetBytes(Note);
        foreach (var script in Scripts)
            files[script] = await File.ReadAllBytesAsync(Path.Combine(settings.Root, script), cancellation);

        foreach (var (path, content) in await model.FilesAsync(cancellation))
            files[path] = content;

        var list = Encoding.ASCII.GetBytes(string.Concat(files.Select(file => $"{Sum(file.Value)}  {file.Key}\n")));
        var name = Sum(list);
        foreach (var (path, content) in files)
            await PutAsync(bucket, $"{BucketLayout.Artifacts}{name}/{path}", content, cancellation);
        await PutAsync(bucket, $"{BucketLayout.Artifacts}{name}/{BucketLayout.ArtifactList}", list, cancellation);
        await PutAsync(bucket, BucketLayout.CurrentArtifacts, Encoding.ASCII.GetBytes(name), cancellation);
    }

    private static string Sum(byte[] content) => Sha256Text.Of(content);

    private async Task PutAsync(string bucket, string key, byte[] content, CancellationToken cancellation)
    {
        using var body = new MemoryStream(content, writable: false);
        await storage.PutObjectAsync(new PutObjectRequest { BucketName = bucket, Key = key, InputStream = body }, cancellation);
    }
}
