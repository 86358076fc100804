using System.CommandLine;
using System.Globalization;
using Pomona.Cloud.Account;
using Pomona.CommandLine;
using Pomona.Contracts;
using Pomona.Storage;

namespace Pomona.Cloud.Commands;

/// <summary><c>upload DIR NAME</c>: a folder of images becomes a data set, and its run starts by itself.</summary>
internal static class UploadCommand
{
    public static Command Create(AccountOptions options, TimeProvider time)
    {
        var folder = new Argument<string>("DIR") { Description = "A folder of images, one sub-folder per class" };
        var name = new Argument<DatasetName>("NAME")
        {
            Description = "The data set's name",
            CustomParser = Names.Dataset,
        };
        var command = new Command("upload", "Upload a folder of images as a data set; a run starts by itself. What is there already is not sent again") { folder, name };
        return CloudSession.Of(
            command, options, time,
            (arguments, cancellation) => FolderUpload.OfAsync(
                arguments.GetRequiredValue(folder), BucketLayout.Dataset(arguments.GetRequiredValue(name)), cancellation),
            (session, upload, cancellation) => RunAsync(session, upload, session.Arguments.GetRequiredValue(name), cancellation));
    }

    private static async Task<ExitCode> RunAsync(CloudSession session, FolderUpload folder, DatasetName dataset, CancellationToken cancellation)
    {
        using var upload = folder;
        var below = BucketLayout.Dataset(dataset);
        using var bucket = await session.Account.BucketAsync(cancellation);
        UploadedFolder? uploaded = null;
        await session.ShowAsync(async screen =>
        {
            screen.Say(string.Create(CultureInfo.InvariantCulture, $"uploading {upload.Files.Count:N0} files ({upload.Bytes / 1e6:N1} MB) to {bucket.Address}{below}{upload.Left}"));
            var began = session.Time.GetTimestamp();
            uploaded = await upload.RunAsync(
                bucket,
                (files, bytes) => screen.Show("Upload", files, upload.Files.Count, Speed(bytes, session.Time.GetElapsedTime(began))),
                cancellation);
        });

        if (session.IsJson)
        {
            await session.WriteJsonAsync(new { Dataset = dataset.Value, Address = bucket.Address + below, uploaded!.Sent, uploaded.Same, uploaded.Replaced, uploaded.Bytes, upload.Misnamed });
            return ExitCode.Success;
        }

        await session.Output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{upload.Files.Count:N0} files are in {bucket.Address}{below}: {uploaded!.Sent:N0} sent, {uploaded.Same:N0} were there, {uploaded.Replaced:N0} replaced{upload.Left}"));
        return ExitCode.Success;
    }

    private static string Speed(long bytes, TimeSpan passed) => passed.TotalSeconds > 0
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6 / passed.TotalSeconds:0.0} MB/s")
        : string.Empty;
}
