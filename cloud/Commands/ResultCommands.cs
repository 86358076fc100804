using System.CommandLine;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Pomona.Cloud.Account;
using Pomona.Cloud.Runs;
using Pomona.Contracts;
using Pomona.Storage;

namespace Pomona.Cloud.Commands;

/// <summary><c>report RUN</c> and <c>download RUN [DIR]</c>: a run's results come to this machine.</summary>
internal static class ResultCommands
{
    public static Command Report(AccountOptions options, TimeProvider time)
    {
        var run = Names.RunArgument("The run's id, or a data set's name for its newest finished run", isNeeded: true);
        var quiet = new Option<bool>("--no-open") { Description = "Only fetch it, and say where it is" };
        var command = new Command("report", "Fetch a run's report and open it") { run, quiet };
        return CloudSession.Of(command, options, time, (session, cancellation) =>
            ReportAsync(session, session.Arguments.GetRequiredValue(run)!, session.Arguments.GetValue(quiet), cancellation));
    }

    public static Command Download(AccountOptions options, TimeProvider time)
    {
        var run = Names.RunArgument("The run's id, or a data set's name for its newest finished run", isNeeded: true);
        var folder = new Argument<string?>("DIR") { Description = "Where to; runs/RUN when absent", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("download", "Fetch a run's results, each held against the run's own sums; what is there is not fetched again") { run, folder };
        return CloudSession.Of(command, options, time, (session, cancellation) =>
            DownloadAsync(session, session.Arguments.GetRequiredValue(run)!, session.Arguments.GetValue(folder), cancellation));
    }

    private static async Task<ExitCode> ReportAsync(CloudSession session, RunReference reference, bool isQuiet, CancellationToken cancellation)
    {
        var (folders, folder) = await session.RequireFolderAsync(reference, cancellation);
        if (await folders.MarkerAsync(folder, cancellation) is null)
            throw new PomonaException(ExitCode.Account, $"run {folder.Run} of {folder.Dataset} has no report yet, because it has not finished: './pomona cloud watch {folder.Run}' follows it.");
        var target = TargetOf(folder, null);
        await new RunDownload(folders.Store, folder.Prefix).CopyAsync(target, static (_, _) => { }, cancellation, static key => key == RunLayout.Report);
        var page = Path.Combine(target, RunLayout.Report);
        if (session.IsJson)
            await session.WriteJsonAsync(new { Run = folder.Run.Value, Dataset = folder.Dataset.Value, Path = page });
        else
            await session.Output.WriteLineAsync(page);
        if (!isQuiet && !session.IsJson && !Console.IsOutputRedirected && !Open(page))
            await session.Arguments.InvocationConfiguration.Error.WriteLineAsync("pomona: there is no browser to open it with: open the file above.");
        return ExitCode.Success;
    }

    private static async Task<ExitCode> DownloadAsync(CloudSession session, RunReference reference, string? directory, CancellationToken cancellation)
    {
        var (folders, folder) = await session.RequireFolderAsync(reference, cancellation);
        var target = TargetOf(folder, directory);
        DownloadedRun? done = null;
        await session.ShowAsync(async screen =>
        {
            screen.Say($"fetching {folders.Store.Address}{folder.Prefix} into {target}");
            done = await new RunDownload(folders.Store, folder.Prefix).CopyAsync(target, (files, all) => screen.Show("Files", files, all, string.Empty), cancellation);
        });
        if (session.IsJson)
        {
            await session.WriteJsonAsync(new { Run = folder.Run.Value, Dataset = folder.Dataset.Value, Path = target, done!.Copied, done.There, done.Bytes, done.IsWhole });
            return ExitCode.Success;
        }

        await session.Output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{target}: {done!.Copied:N0} files fetched ({done.Bytes / 1e6:N1} MB), {done.There:N0} were there{(done.IsWhole ? string.Empty : "; the run has not finished, so this is not all of it")}"));
        return ExitCode.Success;
    }

    private static string TargetOf(RunFolder folder, string? directory) => Path.GetFullPath(directory ?? Path.Combine("runs", folder.Run.Value));

    private static bool Open(string page)
    {
        foreach (var opener in (string[])(OperatingSystem.IsMacOS() ? ["open"] : ["xdg-open", "wslview"]))
        {
            try
            {
                using var started = Process.Start(new ProcessStartInfo(opener, [page]) { RedirectStandardError = true, RedirectStandardOutput = true });
                return started is not null;
            }
            catch (Win32Exception)
            {
                // Not on this machine: the next one.
            }
        }

        return false;
    }
}
