using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pomona.Vision.Vips;

/// <summary>
/// The one libvips of the process: native state that cannot be started twice. It runs every operation on the caller's
/// thread, caches nothing and prints nothing.
/// <para>
/// libvips keeps one buffer of error texts for all threads. Ordinary work shares <see cref="Gate"/>; whoever needs to know
/// what went wrong repeats the work alone under it, so that a reason never contains another thread's words.
/// </para>
/// </summary>
internal sealed unsafe class LibVipsSession
{
    private static readonly Lazy<LibVipsSession> Shared = new(() => new LibVipsSession());

    [ThreadStatic]
    private static int _warnings;

    private LibVipsSession()
    {
        var library = LibVipsFile.Load(LibVipsFile.Candidates());
        NativeLibrary.SetDllImportResolver(
            typeof(LibVipsSession).Assembly,
            (name, _, _) => name == LibVips.Name ? library : 0);
        fixed (byte* program = "pomona"u8, domain = "VIPS"u8)
        {
            if (LibVips.vips_init(program) != 0)
                throw new InvalidOperationException($"libvips did not start: {TakeErrors()}.");

            // Warnings belong to a rejected image's reason, not to the terminal.
            _ = LibVips.g_log_set_handler(domain, LibVips.LogLevelWarning, &CountWarning, 0);
        }

        LibVips.vips_concurrency_set(1);
        LibVips.vips_cache_set_max(0);
    }

    /// <summary>The session; the first caller starts it.</summary>
    /// <exception cref="DllNotFoundException">There is no libvips; the message says where it was looked for.</exception>
    public static LibVipsSession Instance => Shared.Value;

    /// <summary>How many warnings libvips gave on this thread since it was last set to zero.</summary>
    public static int Warnings
    {
        get => _warnings;
        set => _warnings = value;
    }

    /// <summary>Shared by all work with libvips, held alone by work whose error texts matter.</summary>
    public ReaderWriterLockSlim Gate { get; } = new();

    /// <summary>Whether there are error texts; whose they are is not known.</summary>
    public static bool HasErrors => *LibVips.vips_error_buffer() != 0;

    /// <summary>libvips' error texts, which are forgotten then; meaningful only for who holds the gate alone.</summary>
    public static string TakeErrors()
    {
        var text = Marshal.PtrToStringUTF8((nint)LibVips.vips_error_buffer()) ?? "";
        LibVips.vips_error_clear();
        return text.Trim();
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void CountWarning(byte* domain, int level, byte* message, nint userData) => _warnings++;
}
