using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using Amazon.S3;
using Amazon.S3.Model;
using Pomona.Contracts;

namespace Pomona.Cloud.Runs;

/// <summary>
/// What a cluster's processes wrote, as EMR leaves it in the bucket some minutes later: <c>logs/CLUSTER/steps/…</c>,
/// <c>…/containers/…</c> and <c>…/node/…</c>, gzipped.
/// </summary>
/// <param name="client">S3.</param>
/// <param name="bucket">The bucket.</param>
/// <remarks>https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-manage-view-web-log-files.html</remarks>
internal sealed partial class ClusterLogs(IAmazonS3 client, string bucket)
{
    private const int LongestLine = 400;
    private const long LargestLog = 256 * 1024 * 1024;
    private const int MostContainers = 4;
    private const int MostNodes = 2;

    /// <summary>The last words that tell why a run failed: of its step, of the executors, and, where no step began, of the nodes.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="step">The step that failed; null for all of them.</param>
    /// <param name="lines">How many lines of each log.</param>
    /// <param name="cancellation">Ends the call.</param>
    public async Task<IReadOnlyList<ClusterLog>> LastWordsAsync(string cluster, string? step, int lines, CancellationToken cancellation)
    {
        var there = await ListAsync(BucketLayout.ClusterLogs(cluster), cancellation);
        string Below(string key) => key[BucketLayout.ClusterLogs(cluster).Length..];

        var steps = there.Where(log => Below(log.Key).StartsWith(step is null ? "steps/" : $"steps/{step}/", StringComparison.Ordinal)).ToArray();
        var chosen = new List<S3Object>();
        chosen.AddRange(steps.Where(static log => log.Key.EndsWith("/stderr.gz", StringComparison.Ordinal)));
        if (chosen.Count == 0)
            chosen.AddRange(steps.Where(static log => log.Key.EndsWith("/stdout.gz", StringComparison.Ordinal)));
        if (chosen.Count == 0)
            chosen.AddRange(steps.Where(static log => log.Key.EndsWith("/controller.gz", StringComparison.Ordinal)));
        chosen.AddRange(Newest(there.Where(log => Below(log.Key).StartsWith("containers/", StringComparison.Ordinal) && Stderr().IsMatch(log.Key)), MostContainers));
        if (steps.Length == 0)
            chosen.AddRange(Newest(there.Where(log => Below(log.Key).StartsWith("node/", StringComparison.Ordinal) && Bootstrap().IsMatch(log.Key)), MostNodes));

        var told = new List<ClusterLog>();
        foreach (var log in chosen)
            told.Add(new ClusterLog($"s3://{bucket}/{log.Key}", await TailAsync(log.Key, lines, cancellation)));
        return told;

        static IEnumerable<S3Object> Newest(IEnumerable<S3Object> logs, int most) =>
            logs.Where(static log => log.Size > 20).OrderByDescending(static log => log.LastModified).Take(most); // 20: an empty file, gzipped
    }

    private async Task<IReadOnlyList<S3Object>> ListAsync(string prefix, CancellationToken cancellation)
    {
        var found = new List<S3Object>();
        var request = new ListObjectsV2Request { BucketName = bucket, Prefix = prefix };
        ListObjectsV2Response page;
        do
        {
            page = await client.ListObjectsV2Async(request, cancellation);
            found.AddRange(page.S3Objects ?? []);
            request.ContinuationToken = page.NextContinuationToken;
        }
        while (page.IsTruncated ?? false);
        return found;
    }

    /// <summary>The last lines of a gzipped log, in memory that does not grow with it.</summary>
    private async Task<IReadOnlyList<string>> TailAsync(string key, int lines, CancellationToken cancellation)
    {
        using var answer = await client.GetObjectAsync(bucket, key, cancellation);
        await using var plain = new GZipStream(answer.ResponseStream, CompressionMode.Decompress);
        return await TailAsync(plain, lines, cancellation);
    }

    /// <summary>The last lines of a text, each of them safe to show, without what could be a secret, and short.</summary>
    internal static async Task<IReadOnlyList<string>> TailAsync(Stream text, int lines, CancellationToken cancellation)
    {
        var last = new Queue<string>(lines + 1);
        var line = new StringBuilder();
        var (buffer, total) = (new char[8192], 0L);
        using var reader = new StreamReader(text, Encoding.UTF8);
        try
        {
            for (int read; total < LargestLog && (read = await reader.ReadAsync(buffer, cancellation)) > 0; total += read)
            {
                foreach (var letter in buffer.AsSpan(0, read))
                {
                    if (letter == '\n')
                        End();
                    else if (line.Length <= LongestLine + 1)
                        line.Append(letter);
                }
            }
        }
        catch (InvalidDataException)
        {
            line.Append("(what follows is no gzip)");
        }

        if (line.Length > 0)
            End();
        return [.. last];

        void End()
        {
            last.Enqueue(Printable.Excerpt(Printable.WithoutTokens(line.ToString().TrimEnd('\r')), LongestLine));
            line.Clear();
            if (last.Count > lines)
                last.Dequeue();
        }
    }

    [GeneratedRegex(@"/stderr[^/]*\.gz$", RegexOptions.CultureInvariant)]
    private static partial Regex Stderr();

    [GeneratedRegex(@"/bootstrap-actions/[0-9]+/(stderr|controller)[^/]*\.gz$", RegexOptions.CultureInvariant)]
    private static partial Regex Bootstrap();
}

/// <summary>The end of a log.</summary>
/// <param name="Address">Where all of it is.</param>
/// <param name="Lines">Its last lines.</param>
internal sealed record ClusterLog(string Address, IReadOnlyList<string> Lines);
