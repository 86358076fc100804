using System.IO.Compression;
using System.Text;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace Pomona.Local.Emr;

/// <summary>Saves what bootstrap actions and steps wrote under the cluster's log address, gzipped as EMR does it.</summary>
internal sealed class LogDelivery(IAmazonS3 storage, ILogger<LogDelivery> log)
{
    /// <summary>Saves one output; a bucket that refuses costs the log, not the cluster.</summary>
    public async Task SaveAsync(Cluster cluster, string name, NodeLog text)
    {
        var content = text.ToString();
        if (content.Length == 0 || cluster.LogUri is not { } address || !Uri.TryCreate(address, UriKind.Absolute, out var uri))
            return;

        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            await gzip.WriteAsync(Encoding.UTF8.GetBytes(content));
        packed.Position = 0;
        try
        {
            await storage.PutObjectAsync(new PutObjectRequest
            {
                BucketName = uri.Host,
                Key = $"{uri.AbsolutePath.Trim('/')}/{cluster.Id}/{name}.gz".TrimStart('/'),
                InputStream = packed,
                AutoCloseStream = false,
            });
        }
        catch (Exception fault) when (fault is AmazonServiceException or AmazonClientException or HttpRequestException or IOException or OperationCanceledException)
        {
            log.LogWarning("The log {Name} of {Cluster} was lost: {Reason}", name, cluster.Id, fault.Message);
        }
    }
}

/// <summary>What a process on a node has written to one of its outputs.</summary>
internal sealed class NodeLog
{
    private readonly Lock _gate = new();
    private readonly StringBuilder _text = new();

    public void Write(string line)
    {
        lock (_gate)
            _text.Append(line).Append('\n');
    }

    public override string ToString()
    {
        lock (_gate)
            return _text.ToString();
    }
}
