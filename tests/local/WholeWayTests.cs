using System.Diagnostics;
using Pomona.Contracts;
using Pomona.Local.Account;
using Pomona.Local.Emr;
using Pomona.Local.Moto;
using Pomona.Local.Processes;
using Pomona.Local.S3;

namespace Pomona.Local.Tests;

/// <summary>
/// Uploads as a person makes them, in an account on a system that does not tell whose a connection is: each of the account's own
/// callers has its key, or a run would come to no end.
/// </summary>
public sealed class WholeWayTests(WholeWayTests.Account account) : IClassFixture<WholeWayTests.Account>
{
    [Fact]
    public async Task An_upload_becomes_a_finished_run_with_both_mails_no_cluster_and_the_outputs_of_pomona_run()
    {
        var broken = Path.Combine(Directory.CreateDirectory(Path.Combine(account.Folder, "apple_red")).FullName, "broken.jpg");
        await File.WriteAllTextAsync(broken, "no image");
        IReadOnlyList<string> photos = [.. Photos.Take(60), broken];
        await account.UploadAsync("whole", photos);
        var run = await account.EndedAsync("whole");
        await account.GoneAsync(run);

        Assert.True(run.Status == "SUCCEEDED", $"{run.Status}, {run.Error}: {run.Cause}");
        Assert.Equal(["TERMINATED"], account.ClustersOf(run).Select(cluster => cluster.State));
        Assert.Equal(["Pomona: whole is ready, the job begins", "Pomona: whole has finished"], account.MailsAbout("whole"));
        var marker = await account.MarkerAsync(run);
        Assert.Equal((60, 1), (marker.Summary.Images, marker.Summary.Rejected));
        Assert.Equal(run.Arn, marker.ExecutionArn);

        Assert.Equal((3 * 4) + 3, await account.SameAsTheJobsAsync(run, photos));
    }

    [Fact]
    public async Task A_sync_with_duplicated_and_reordered_events_is_one_run_and_later_images_are_exactly_one_more()
    {
        account.Part<EventDelivery>().Settings = new DeliverySettings(DuplicateOneIn: 3, TimeSpan.FromMilliseconds(500), Seed: 3);
        var folder = Directory.CreateDirectory(Path.Combine(account.Folder, "sync")).FullName;
        var images = Exhaustive.IsAsked ? 1000 : 60;
        var photos = Photos.Take(images);
        for (var i = 0; i < photos.Count; i++)
        {
            var target = Directory.CreateDirectory(Path.Combine(folder, $"class-{i % 5}"));
            File.Copy(photos[i], Path.Combine(target.FullName, $"{i:0000}{Path.GetExtension(photos[i])}"));
        }

        await SyncAsync(folder, "synced");
        var first = await account.InStateAsync("synced", "RunJob");
        foreach (var more in Enumerable.Range(0, images / 10))
            File.Copy(photos[more], Path.Combine(folder, "class-0", $"more-{more:000}{Path.GetExtension(photos[more])}"));
        await SyncAsync(folder, "synced");
        var last = await account.EndedAsync("synced", runs: 2);
        account.Part<EventDelivery>().Settings = new DeliverySettings();

        Assert.Equal("SUCCEEDED", last.Status);
        Assert.Equal(images, first.Images!.Total);
        // Of the first run all that stays is taken over, and only what is new is worked on.
        var summary = (await account.MarkerAsync(last)).Summary;
        Assert.Equal((images + (images / 10), (long?)images), (summary.Images, summary.TakenOver));
        await account.GoneAsync(last);
        Assert.All(account.Part<ClusterStore>().All, cluster => Assert.True(ClusterState.IsFinal(cluster.State)));
    }

    private async Task SyncAsync(string folder, string dataset)
    {
        var python = account.Part<PythonEnvironment>();
        var start = new ProcessStartInfo(
            Path.Combine(python.ScriptFolder, "aws"),
            ["s3", "sync", "--only-show-errors", folder, $"s3://{account.Bucket}/datasets/{dataset}"])
        {
            RedirectStandardError = true,
        };
        start.Environment["AWS_ENDPOINT_URL"] = account.Cloud.Settings.Front.AbsoluteUri.TrimEnd('/');
        start.Environment["AWS_ACCESS_KEY_ID"] = account.Cloud.Settings.AccessKey("you");
        start.Environment["AWS_SECRET_ACCESS_KEY"] = "local";
        start.Environment["AWS_DEFAULT_REGION"] = LocalSettings.Region;
        using var process = Process.Start(start)!;
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, error);
    }

    public sealed class Account : PipelineAccount
    {
        internal override LocalSettings Settings() => base.Settings() with { LooksUpUsers = false };
    }
}
