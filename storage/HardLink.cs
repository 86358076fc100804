using System.Runtime.InteropServices;

namespace Pomona.Storage;

/// <summary>
/// A second name for a file. The only call of POSIX that gives a file a name if, in one step, no file has it
/// (<see href="https://pubs.opengroup.org/onlinepubs/9799919799/functions/link.html">link</see>); <see cref="File.Move(string, string)"/>
/// looks first and renames then, so that of two callers both may succeed.
/// </summary>
internal static partial class HardLink
{
    private const int NameTaken = 17; // EEXIST, on Linux and macOS

    /// <summary>
    /// Whether <paramref name="file"/> has <paramref name="name"/> now; false when the name is taken, and null when this
    /// system or file system knows no such call (Windows; FAT) or it failed for another reason.
    /// </summary>
    public static bool? TryCreate(string file, string name)
    {
        if (OperatingSystem.IsWindows())
            return null;
        if (Link(file, name) == 0)
            return true;
        return Marshal.GetLastPInvokeError() == NameTaken ? false : null;
    }

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Link(string file, string name);
}
