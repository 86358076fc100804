using System.Security.Cryptography;
using System.Text;
using Amazon.S3;
using Amazon.S3.Model;
using Pomona.Local.Account;

namespace Pomona.Local.Stack;

/// <summary>
/// Puts under <c>artifacts/</c> what the bootstrap action installs. In place of the Spark bundle, which needs packages and a
/// JVM that a laptop may lack, there are notes in its places: the simulated <c>spark-submit</c> runs this machine's build.
/// </summary>
internal sealed class LocalArtifacts(IAmazonS3 storage, LocalSettings settings)
{
    private const string Note = "In the local cloud the job's own build on this machine runs in place of this file.\n";

    // What run-step.sh looks for before it starts Spark: bootstrap/node-files.md.
    private static readonly string[] Places =
        ["job/Pomona.Job", "worker/Microsoft.Spark.Worker", "spark/microsoft-spark-3-5_2.12-2.3.1.jar"];

    public async Task UploadAsync(string bucket, CancellationToken cancellation)
    {
        var sums = new StringBuilder();
        foreach (var place in Places)
            sums.Append(await PutAsync(bucket, place, Encoding.UTF8.GetBytes(Note), cancellation));
        var scripts = Path.Combine(settings.Root, "bootstrap");
        sums.Append(await PutAsync(
            bucket, "bootstrap/run-step.sh", await File.ReadAllBytesAsync(Path.Combine(scripts, "run-step.sh"), cancellation), cancellation));
        await PutAsync(bucket, "nodes.sha256", Encoding.ASCII.GetBytes(sums.ToString()), cancellation);
        await PutAsync(
            bucket, "bootstrap/install-node.sh",
            await File.ReadAllBytesAsync(Path.Combine(scripts, "install-node.sh"), cancellation), cancellation);
    }

    private async Task<string> PutAsync(string bucket, string path, byte[] content, CancellationToken cancellation)
    {
        using var body = new MemoryStream(content, writable: false);
        await storage.PutObjectAsync(
            new PutObjectRequest { BucketName = bucket, Key = Contracts.BucketLayout.Artifacts + path, InputStream = body }, cancellation);
        return $"{Convert.ToHexStringLower(SHA256.HashData(content))}  {path}\n";
    }
}
