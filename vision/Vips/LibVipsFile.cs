using System.Runtime.InteropServices;

namespace Pomona.Vision.Vips;

/// <summary>Where libvips comes from: the copy that travels with the program, or an installed one.</summary>
internal static class LibVipsFile
{
    /// <summary>
    /// What to try, best first. A program that was published for one system has the library beside it, one that was built
    /// for all has it under <c>runtimes/</c>. The assembly's own folder comes before the base directory, which in a Spark
    /// worker is the worker's, not the job's.
    /// </summary>
    /// <param name="assemblyFolder">Null or empty where the assembly is not a file.</param>
    /// <param name="baseDirectory">The program's.</param>
    /// <param name="system">What it runs on.</param>
    /// <param name="processor">Likewise.</param>
    public static IReadOnlyList<string> Candidates(
        string? assemblyFolder, string baseDirectory, OSPlatform system, Architecture processor)
    {
        var (family, file) = system == OSPlatform.OSX ? ("osx", "libvips.42.dylib")
            : system == OSPlatform.Windows ? ("win", "libvips-42.dll")
            : ("linux", "libvips.so.42");
        var underRuntimes = Path.Combine("runtimes", $"{family}-{processor}".ToLowerInvariant(), "native", file);
        string[] folders = string.IsNullOrEmpty(assemblyFolder) ? [baseDirectory] : [assemblyFolder, baseDirectory];
        return
        [
            .. folders.Select(Path.GetFullPath).Distinct()
                .SelectMany(folder => new[] { Path.Combine(folder, file), Path.Combine(folder, underRuntimes) }),
            file,
        ];
    }

    public static IReadOnlyList<string> Candidates() => Candidates(
        Path.GetDirectoryName(typeof(LibVipsFile).Assembly.Location),
        AppContext.BaseDirectory,
        OperatingSystem.IsMacOS() ? OSPlatform.OSX : OperatingSystem.IsWindows() ? OSPlatform.Windows : OSPlatform.Linux,
        RuntimeInformation.ProcessArchitecture);

    /// <summary>The first of the candidates that loads.</summary>
    /// <exception cref="DllNotFoundException">None does; the message says what to do.</exception>
    public static nint Load(IReadOnlyList<string> candidates)
    {
        foreach (var candidate in candidates)
        {
            if (NativeLibrary.TryLoad(candidate, out var library))
                return library;
        }

        throw new DllNotFoundException(
            $"libvips, which decodes images, was not found (tried {string.Join(", ", candidates)}): build again where the "
            + "NuGet feed carries NetVips.Native for this system, or install libvips 8.12 or later.");
    }
}
