using System.Diagnostics;
using Pomona.Local.Account;
using Pomona.Local.Commands;
using Pomona.Local.Page;
using Pomona.Storage;

namespace Pomona.Local.Tests.Faults;

public sealed class KilledFrontTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pomona-front-").FullName;

    [ExhaustiveFact]
    public async Task A_killed_front_leaves_no_process_behind_and_a_new_one_runs_to_the_end()
    {
        var state = Path.Combine(_folder, "state");
        var settings = new LocalSettings
        {
            Root = RepositoryRoot.Path,
            StateFolder = state,
            Front = new Uri($"http://localhost:{LocalAccount.FreePort()}/"),
            TimeScale = 120,
        };
        string[] words = ["--port", settings.Front.Port.ToString(System.Globalization.CultureInfo.InvariantCulture), "--time-scale", "120"];
        var images = Directory.CreateDirectory(Path.Combine(_folder, "images", "class")).FullName;
        foreach (var photo in Photos.Take(20))
            File.Copy(photo, Path.Combine(images, $"{Path.GetFileName(Path.GetDirectoryName(photo))}-{Path.GetFileName(photo)}"));

        using (var cloud = await CloudStart.RunAsync(settings, words, _ => { }, CancellationToken.None))
        {
            var front = (int)(await cloud.StatusAsync(CancellationToken.None))["process"]!;
            using var process = Process.GetProcessById(front);
            try
            {
                await UploadAsync(cloud, Path.GetDirectoryName(images)!, "first");
                await Eventually.FoundAsync(
                    async () => await cloud.AccountAsync(CancellationToken.None) is { Clusters: [{ State: "BOOTSTRAPPING" or "RUNNING" }, ..] } begun ? begun : null,
                    "a cluster");
                Assert.True(ProcessesIn(state).Length >= 3, "moto, functions and the cluster run");
            }
            finally
            {
                process.Kill();
            }

            await Eventually.HoldsAsync(() => ProcessesIn(state).Length == 0, "the end of all processes");
        }

        // What was kept in files is there until the next start; what moto knew is gone with it.
        Assert.True(File.Exists(Path.Combine(state, "logs", "moto.log")));
        using var again = await CloudStart.RunAsync(settings, words, _ => { }, CancellationToken.None);
        try
        {
            Assert.Empty((await again.AccountAsync(CancellationToken.None)).Runs);
            await UploadAsync(again, Path.GetDirectoryName(images)!, "second");
            var account = await Eventually.FoundAsync(
                async () => await again.AccountAsync(CancellationToken.None) is { Runs: [{ Status: not "RUNNING" }], Mails.Count: >= 2 } now
                    && now.Clusters.All(cluster => cluster.Ended is not null) ? now : null,
                "the finished run");

            Assert.Equal("SUCCEEDED", Assert.Single(account.Runs).Status);
            Assert.Equal("TERMINATED", Assert.Single(account.Clusters).State);
            Assert.Equal(["Pomona: second is ready, the job begins", "Pomona: second has finished"], account.Mails.Select(mail => mail.Subject));
        }
        finally
        {
            await again.ShutDownAsync(CancellationToken.None);
        }

        await Eventually.HoldsAsync(() => ProcessesIn(state).Length == 0, "the end of all processes after 'down'");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static async Task UploadAsync(RunningCloud cloud, string folder, string dataset)
    {
        using var upload = await FolderUpload.OfAsync(folder, $"datasets/{dataset}/", CancellationToken.None);
        await upload.RunAsync(new S3Store(cloud.Storage, cloud.Bucket, prefix: string.Empty), (_, _) => { }, CancellationToken.None);
    }

    // Every process of a local cloud has the state folder in its environment, as its home or as the state itself.
    private static string[] ProcessesIn(string state) =>
        [.. Directory.GetDirectories("/proc").Where(folder => int.TryParse(Path.GetFileName(folder), out var pid) && pid != Environment.ProcessId)
            .Where(folder =>
            {
                try
                {
                    return File.ReadAllText(Path.Combine(folder, "environ")).Split('\0')
                        .Any(variable => variable.StartsWith("HOME=" + state, StringComparison.Ordinal));
                }
                catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
                {
                    return false;
                }
            })];
}
