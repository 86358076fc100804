using System.Runtime.InteropServices;

namespace Pomona.Vision.Imaging;

/// <summary>Where libvips comes from: the copy that travels with the program, or an installed one.</summary>
internal static class LibVipsFile
{
    private static readonly string Shipped = Path.Combine("runtimes", "linux-x64", "native", "libvips-pomona.so");

    /// <summary>
    /// What to try, best first. The assembly's own folder comes before the base directory, which in a Spark worker is the
    /// worker's, not the job's.
    /// </summary>
    /// <param name="assemblyFolder">Null or empty where the assembly is not a file.</param>
    /// <param name="baseDirectory">The program's.</param>
    public static IReadOnlyList<string> Candidates(string? assemblyFolder, string baseDirectory)
    {
        string[] folders = string.IsNullOrEmpty(assemblyFolder) ? [baseDirectory] : [assemblyFolder, baseDirectory];
        return
        [
            .. folders.Select(folder => Path.GetFullPath(Path.Combine(folder, Shipped))).Distinct(),
            "libvips.so.42", "libvips.42.dylib", "libvips-42.dll",
        ];
    }

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
            $"libvips, which decodes images, was not found (tried {string.Join(", ", candidates)}): run './pomona setup' and "
            + "build again, or install libvips 8.12 or later.");
    }
}
