using System.Diagnostics;
using Pomona.Contracts;

namespace Pomona.Storage.Tests;

/// <summary>A test on a file system of a few kilobytes; skipped where none may be mounted, which takes root.</summary>
internal sealed class SmallDiskFactAttribute : FactAttribute
{
    private static readonly Lazy<bool> MayMount = new(TryMount);

    public SmallDiskFactAttribute() => Skip = MayMount.Value ? null : "no file system can be mounted here: that takes root";

    private static bool TryMount()
    {
        if (!OperatingSystem.IsLinux())
            return false;

        var folder = Directory.CreateTempSubdirectory("pomona-mount-").FullName;
        try
        {
            using var shell = Process.Start(new ProcessStartInfo("sh", ["-c", $"mount -t tmpfs -o size=64k none '{folder}' && umount '{folder}'"])
            {
                RedirectStandardError = true,
            })!;
            shell.WaitForExit();
            return shell.ExitCode == 0;
        }
        finally
        {
            Directory.Delete(folder);
        }
    }
}
