using Amazon.S3.Model;
using Pomona.Contracts;
using Pomona.Local.Account;

namespace Pomona.Local.Commands;

/// <summary>A folder on its way into the bucket, as <c>aws s3 sync</c> would put it there.</summary>
/// <param name="Folder">The folder.</param>
/// <param name="Prefix">Where it goes: <c>datasets/NAME/</c>.</param>
/// <param name="Files">Its files.</param>
/// <param name="Skipped">How many more there are whose names are not UTF-8, as keys of S3 are.</param>
internal sealed record DatasetUpload(string Folder, string Prefix, IReadOnlyList<string> Files, int Skipped)
{
    private const int AtOnce = 8;

    /// <exception cref="LocalCloudException">There is no such folder, or nothing in it.</exception>
    /// <exception cref="FormatException">The name is not a data set's.</exception>
    public static DatasetUpload Of(string folder, string name)
    {
        var prefix = BucketLayout.Dataset(DatasetName.Parse(name));
        if (!Directory.Exists(folder))
            throw new LocalCloudException($"there is no folder {Printable.Excerpt(folder)}.");
        var found = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToArray();
        // A name of other bytes was replaced when it was read: there is no file of the new one.
        var files = found.Select(Path.GetFullPath).Where(File.Exists).ToArray();
        return files.Length > 0
            ? new DatasetUpload(Path.GetFullPath(folder), prefix, files, found.Length - files.Length)
            : throw new LocalCloudException($"there is no file in {Printable.Excerpt(folder)}.");
    }

    /// <summary>What was not uploaded and why, as the rest of a sentence; empty when everything was.</summary>
    public string Left => Skipped == 0 ? string.Empty : $", {Skipped:N0} not, because their names are not UTF-8";

    /// <summary>Uploads all files.</summary>
    /// <param name="cloud">Where to.</param>
    /// <param name="done">Told how many are uploaded; from several threads.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task RunAsync(RunningCloud cloud, Action<int> done, CancellationToken cancellation)
    {
        var uploaded = 0;
        await Parallel.ForEachAsync(
            Files,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation },
            async (file, cancel) =>
            {
                await cloud.Storage.PutObjectAsync(
                    new PutObjectRequest
                    {
                        BucketName = cloud.Bucket,
                        Key = Prefix + Path.GetRelativePath(Folder, file).Replace(Path.DirectorySeparatorChar, '/'),
                        FilePath = file,
                    },
                    cancel);
                done(Interlocked.Increment(ref uploaded));
            });
    }
}
