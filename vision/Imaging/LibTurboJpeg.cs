using System.Runtime.InteropServices;

namespace Pomona.Vision.Imaging;

/// <summary>
/// The part of libjpeg-turbo's TurboJPEG interface (2.0 or later, which 3.x still exports) that decoding needs. The library
/// is optional: <see cref="IsInstalled"/>.
/// </summary>
internal static unsafe partial class LibTurboJpeg
{
    public const int RgbColourSpace = 0;
    public const int YCbCrColourSpace = 1;
    public const int GreyColourSpace = 2;

    /// <summary>TJPF_RGB: three bytes per pixel.</summary>
    public const int RgbPixels = 0;

    /// <summary>TJFLAG_STOPONWARNING: damaged data is an error instead of grey blocks.</summary>
    public const int StopOnWarning = 8192;

    /// <summary>TJFLAG_LIMITSCANS: no endless progressive files.</summary>
    public const int LimitScans = 32768;

    private const string Name = "libturbojpeg.so.0";

    private static readonly Lazy<bool> Installed = new(
        () => NativeLibrary.TryLoad(Name, out var library) && NativeLibrary.TryGetExport(library, "tjGetErrorCode", out _));

    /// <summary>Whether the system carries the library.</summary>
    public static bool IsInstalled => Installed.Value;

    [LibraryImport(Name)]
    public static partial nint tjInitDecompress();

    [LibraryImport(Name)]
    public static partial int tjDecompressHeader3(
        nint decoder, byte* jpeg, nuint size, out int width, out int height, out int subsampling, out int colourSpace);

    [LibraryImport(Name)]
    public static partial int tjDecompress2(
        nint decoder, byte* jpeg, nuint size, byte* pixels, int width, int pitch, int height, int pixelFormat, int flags);

    [LibraryImport(Name)]
    public static partial int tjDestroy(nint decoder);
}
