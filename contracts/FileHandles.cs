using System.Globalization;
using System.Net.Sockets;

namespace Pomona.Contracts;

/// <summary>Whether an error is that of a process, or a system, that may open no further file.</summary>
public static class FileHandles
{
    private const int TooManyOpen = 24; // EMFILE, on Linux and macOS
    private const int TooManyOpenInSystem = 23; // ENFILE

    /// <summary>Whether the error, or one of its causes, says that too many files are open.</summary>
    /// <param name="error">What was caught, or null.</param>
    public static bool RanOut(Exception? error)
    {
        for (var cause = error; cause is not null; cause = cause.InnerException)
        {
            if (cause is IOException { HResult: TooManyOpen or TooManyOpenInSystem }
                or SocketException { SocketErrorCode: SocketError.TooManyOpenSockets }
                || cause.Message.Contains("Too many open files", StringComparison.OrdinalIgnoreCase)
                || IsPartOfTheProgramThatIsThere(cause))
                return true;
        }

        return false;
    }

    /// <summary>
    /// Whether this process may open so few files that the runtime's other failures come from it: under Linux a thread that
    /// cannot be given its handles is told as memory that ran out, and a library that cannot be opened as one that is not there.
    /// </summary>
    public static bool AreFew()
    {
        const string Limit = "Max open files";
        const int Enough = 256; // a run of two threads starts with about 110
        if (!OperatingSystem.IsLinux())
            return false;
        try
        {
            return File.ReadLines("/proc/self/limits").FirstOrDefault(static line => line.StartsWith(Limit, StringComparison.Ordinal)) is { } line
                && int.TryParse(line[Limit.Length..].TrimStart().Split(' ')[0], CultureInfo.InvariantCulture, out var soft)
                && soft < Enough;
        }
        catch (IOException)
        {
            return true;
        }
    }

    // The runtime calls an assembly that it could not open "not found". One of its own list that is there, it could not open.
    private static bool IsPartOfTheProgramThatIsThere(Exception error)
    {
        if (error is not FileNotFoundException { FileName: { } name }
            || AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") is not string listed)
            return false;
        var file = name.Split(',')[0] + ".dll";
        return listed.Split(Path.PathSeparator)
            .Any(path => Path.GetFileName(path).Equals(file, StringComparison.OrdinalIgnoreCase) && File.Exists(path));
    }
}
