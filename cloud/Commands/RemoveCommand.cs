using System.CommandLine;
using System.Globalization;
using Pomona.Cloud.Account;
using Pomona.Cloud.Runs;
using Pomona.Contracts;
using Pomona.Storage;

namespace Pomona.Cloud.Commands;

/// <summary><c>rm RUN</c>: removes what a run has written, after saying what that is. Never a data set, never a run that is on.</summary>
internal static class RemoveCommand
{
    private const int NamedAtMost = 5;

    public static Command Create(AccountOptions options, TimeProvider time)
    {
        var run = Names.IdArgument("The run's id");
        var yes = Names.YesOption();
        var command = new Command("rm", "Remove a run's results, after saying what goes; never images, never a run that is on") { run, yes };
        return CloudSession.Of(command, options, time, (session, cancellation) =>
            RunAsync(session, session.Arguments.GetRequiredValue(run)!, session.Arguments.GetValue(yes), cancellation));
    }

    private static async Task<ExitCode> RunAsync(CloudSession session, RunId run, bool isAnswered, CancellationToken cancellation)
    {
        var (folders, folder) = await session.RequireFolderAsync(new RunReference(run, null), cancellation);
        await session.RequireOffAsync(folder, "removed", cancellation);
        var (files, bytes) = (0, 0L);
        await foreach (var file in folders.Store.ListAsync(folder.Prefix, cancellation))
            (files, bytes) = (files + 1, bytes + file.Size);
        var marker = await folders.MarkerAsync(folder, cancellation);
        var what = string.Create(
            CultureInfo.InvariantCulture,
            $"{folders.Store.Address}{folder.Prefix}: {files:N0} files, {bytes / 1e6:N1} MB, of a run that {(marker is null ? "has not finished" : $"finished on {marker.FinishedAt:yyyy-MM-dd} with {marker.Summary.Images:N0} images")}");
        await session.Progress.WriteLineAsync($"{what}\nWhat the run's ledger proves to be its own is removed; other files there stay, and so do the images under {BucketLayout.Dataset(folder.Dataset)}.");
        if (!await session.AgreesAsync("Remove it", isAnswered, cancellation))
            return await session.NothingDoneAsync();

        // A person may have thought about it for a while.
        await session.RequireOffAsync(folder, "removed", cancellation);
        if (await new RunRemoval(folders.Store).TryRemoveAsync(folder.Prefix, folders.Store.Address + BucketLayout.Dataset(folder.Dataset), cancellation) is not { } removed)
            throw new PomonaException(ExitCode.Conflict, $"{folders.Store.Address}{folder.Prefix} holds no plan of a run of {folder.Dataset}: nothing proves that it is a run's, and it is left alone.");

        if (session.IsJson)
        {
            await session.WriteJsonAsync(new { Run = run.Value, Dataset = folder.Dataset.Value, removed.Files, removed.Bytes, removed.LeftAlone });
            return ExitCode.Success;
        }

        await session.Output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{removed.Files:N0} files removed, {removed.Bytes / 1e6:N1} MB."));
        if (removed.LeftAlone.Count > 0)
        {
            var named = string.Join(", ", removed.LeftAlone.Take(NamedAtMost).Select(static key => Printable.Excerpt(key)));
            await session.Output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{removed.LeftAlone.Count:N0} stay, since no run wrote them: {named}{(removed.LeftAlone.Count > NamedAtMost ? ", …" : string.Empty)}"));
        }

        return ExitCode.Success;
    }
}
