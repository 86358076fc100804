using System.ComponentModel;
using System.Diagnostics;
using Pomona.Contracts;
using Pomona.Local.Account;
using Pomona.Local.Moto;

namespace Pomona.Local.Commands;

/// <summary>Starts a local cloud in a process of its own, which stays when this one ends.</summary>
internal static class CloudStart
{
    // front.sh: somebody else holds the lock of the state folder.
    private const int IsHeld = 75;

    // front.sh: the folder is not one that it made, or holds something else.
    private const int IsForeign = 76;

    // front.sh: the file system of the state folder has no locks.
    private const int HasNoLocks = 77;

    private static readonly TimeSpan LongestStart = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Installs what it needs, starts it and waits until it is ready.</summary>
    /// <param name="settings">How it is set up.</param>
    /// <param name="words">The same as words, for the other process.</param>
    /// <param name="say">Told of what takes long.</param>
    /// <param name="cancellation">Gives up; what was started ends.</param>
    /// <exception cref="LocalCloudException">It ended instead; the message holds what it said.</exception>
    public static async Task<RunningCloud> RunAsync(
        LocalSettings settings, IEnumerable<string> words, Action<string> say, CancellationToken cancellation)
    {
        // Here rather than in the other process, whose words nobody sees and whose time is limited.
        await PythonEnvironment.EnsureAsync(Path.Combine(settings.Root, ".pomona"), say, cancellation);
        var folder = settings.StateFolder;
        // setsid takes it out of this terminal, whose Ctrl-C and closing then do not reach it.
        var start = new ProcessStartInfo("setsid", [
            "bash", Path.Combine(AppContext.BaseDirectory, "Commands", "front.sh"), folder,
            "dotnet", Path.Combine(AppContext.BaseDirectory, "Pomona.Local.dll"), "front", .. words]);
        start.Environment["POMONA_ROOT"] = settings.Root;
        start.Environment[LocalCloudNote.StateVariable] = folder;
        using var process = Started(start);
        try
        {
            var until = TimeProvider.System.GetUtcNow() + LongestStart;
            while (TimeProvider.System.GetUtcNow() < until && !process.HasExited)
            {
                // The note may still be another's, until the folder is emptied.
                if (LocalCloudNote.Read(folder)?.Process == process.Id && await RunningCloud.FindAsync(folder, cancellation) is { } cloud)
                    return cloud;
                await Task.Delay(Pause, TimeProvider.System, cancellation);
            }
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw;
        }

        if (!process.HasExited)
            process.Kill();
        await process.WaitForExitAsync(CancellationToken.None);
        if (process.ExitCode == HasNoLocks)
        {
            throw new LocalCloudException(
                $"the file system of {folder} has no locks that keep a second local cloud out: {LocalCloudNote.StateVariable} names a folder on a local disk.");
        }

        if (process.ExitCode == IsHeld)
        {
            throw new LocalCloudException(
                $"another local cloud with its state in {folder} is starting, going down or not answering: wait for it, "
                + $"or see {Path.Combine(folder, "front.log")}.");
        }

        if (process.ExitCode == IsForeign)
        {
            throw new LocalCloudException(
                $"{folder} holds files that are not a local cloud's, and is left alone: {LocalCloudNote.StateVariable} names a folder of its "
                + "own, which is emptied; move away what is there.");
        }

        var log = Path.Combine(folder, "front.log");
        var said = File.Exists(log) ? string.Join('\n', File.ReadLines(log).TakeLast(12)) : string.Empty;
        throw new LocalCloudException($"the local cloud did not start; {log} says:\n{said}");
    }

    private static Process Started(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception fault)
        {
            throw new LocalCloudException($"{start.FileName} is not on the PATH: install util-linux.", fault);
        }
    }
}
