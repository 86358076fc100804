using System.Globalization;
using System.Runtime.InteropServices;
using Pomona.Contracts;

namespace Pomona.Job.Pipeline;

/// <summary>
/// How a process ends that has a thread which nothing ends: .NET ends no thread, and one that was left behind would keep a
/// core and its memory for good. At once, and without the ends of the native libraries, which that thread is still using.
/// </summary>
internal static partial class ProcessEnd
{
    /// <summary>The option of <c>run</c> that a successor is started with: what is there is gone on with, whatever else is said.</summary>
    public const string GoOn = "--go-on";

    private const string Library = "libc";

    /// <summary>The words of Linux' command line of this process, which its successor gets.</summary>
    private const string OwnCommandLine = "/proc/self/cmdline";

    /// <summary>A worker of Spark's: Spark starts another, and gives that one the task again.</summary>
    public static Task ForAnotherWorkerAsync(string sentence)
    {
        Console.Error.WriteLine($"pomona: {sentence}; another worker goes on without it.");
        return StopAsync(ExitCode.Fault);
    }

    /// <summary>A program that cannot begin anew: it says what to do.</summary>
    public static Task ForAPersonAsync(string sentence)
    {
        Console.Error.WriteLine($"pomona: {sentence}: run the same command again, which goes on without it.");
        return StopAsync(ExitCode.Fault);
    }

    /// <summary>
    /// The run itself, on Linux: the same program takes this one's place, number and files, with the same command line, and
    /// goes on from what is finished. Elsewhere <see cref="ForAPersonAsync"/>.
    /// </summary>
    public static Task ForASuccessorAsync(string sentence)
    {
        if (!OperatingSystem.IsLinux() || Environment.ProcessPath is not { } program)
            return ForAPersonAsync(sentence);
        Console.Error.WriteLine($"pomona: {sentence}; the run begins anew and goes on without it.");
        var words = File.ReadAllText(OwnCommandLine).TrimEnd('\0').Split('\0');
        _ = execv(program, [.. SuccessorOf(words, Environment.GetCommandLineArgs().Length - 1), null]);
        return ForAPersonAsync(string.Create(
            CultureInfo.InvariantCulture, $"{sentence}; starting anew failed with error {Marshal.GetLastPInvokeError()}"));
    }

    /// <summary>Ends with a code, now.</summary>
    public static Task StopAsync(ExitCode code)
    {
        if (OperatingSystem.IsWindows())
            Environment.Exit((int)code);
        else
            _exit((int)code);
        return Task.CompletedTask;
    }

    /// <summary>The command line of a successor: that of a run, which is not to remove what this one has done.</summary>
    /// <param name="words">The whole command line: what starts the program, then its arguments.</param>
    /// <param name="arguments">How many of them are arguments.</param>
    internal static IReadOnlyList<string> SuccessorOf(IReadOnlyList<string> words, int arguments)
    {
        var command = words.Count - arguments;
        while (command < words.Count && words[command] != JobArguments.Command)
            command++;
        return words.Contains(GoOn) || command == words.Count
            ? words
            : [.. words.Take(command + 1), GoOn, .. words.Skip(command + 1)];
    }

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int execv(string program, string?[] words);

    [LibraryImport(Library)]
    private static partial void _exit(int code);
}
