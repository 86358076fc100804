using System.Runtime.InteropServices;

namespace Pomona.Job.Memory;

/// <summary>
/// What glibc does with the memory that decoders, ONNX Runtime and ParquetSharp free. Other C libraries return it by themselves
/// or not at all, and are left alone.
/// </summary>
internal static partial class NativeHeap
{
    // mallopt's name of it.
    private const int MmapThreshold = -3;

    /// <summary>
    /// From now on, what is larger than a megabyte goes back to the system when it is freed. By itself glibc raises that limit to
    /// the largest that was freed, up to 32 MB, and keeps large images' memory in pieces that the next one does not fit
    /// (measured on a camera's photos of 2 to 22 megapixels: 125 MB more at the peak).
    /// </summary>
    public static void ReturnLarge() => Ask(static () => Set(MmapThreshold, 1 << 20));

    /// <summary>Gives back what was freed, of each thread's arena.</summary>
    public static void Trim() => Ask(static () => Trim(0));

    private static void Ask(Func<int> call)
    {
        if (!OperatingSystem.IsLinux())
            return;

        try
        {
            _ = call();
        }
        catch (EntryPointNotFoundException)
        {
            // Another C library.
        }
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Trim(nuint keep);

    [LibraryImport("libc", EntryPoint = "mallopt")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Set(int parameter, int value);
}
