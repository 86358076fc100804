using System.Runtime.InteropServices;
using Pomona.Vision.Imaging;

namespace Pomona.Vision.Decoding;

/// <summary>
/// The fast path for healthy JPEGs in grey, YCbCr or RGB: twice as fast as libvips on small photos, with the same pixels
/// (accurate integer DCT, smooth chroma upsampling). Everything else is left to libvips, so that what is accepted and why
/// something is rejected does not depend on whether libturbojpeg is installed.
/// </summary>
internal static unsafe class TurboJpegDecoder
{
    /// <summary>Decodes into an image that has the size of the draft; false leaves its pixels undefined.</summary>
    /// <param name="file">The file.</param>
    /// <param name="draft">How many pixels of the file, in each direction, become one: 1, 2, 4 or 8.</param>
    /// <param name="into">Takes the pixels.</param>
    public static bool TryDecode(ReadOnlySpan<byte> file, int draft, RgbImage into)
    {
        // A decoder that is used again remembers the tables of its last image, and decodes with them a file that lacks its
        // own: what a file gives would depend on the one before it.
        var decoder = LibTurboJpeg.tjInitDecompress();
        if (decoder == 0)
            return false;
        fixed (byte* jpeg = file)
        {
            var size = (nuint)file.Length;
            var decoded = LibTurboJpeg.tjDecompressHeader3(
                    decoder, jpeg, size, out var width, out var height, out _, out var colourSpace) == 0
                && JpegDraft.SideOf(width, draft) == into.Width && JpegDraft.SideOf(height, draft) == into.Height
                && colourSpace is LibTurboJpeg.YCbCrColourSpace or LibTurboJpeg.GreyColourSpace or LibTurboJpeg.RgbColourSpace
                && LibTurboJpeg.tjDecompress2(
                    decoder, jpeg, size, into.Pointer, into.Width, 3 * into.Width, into.Height, LibTurboJpeg.RgbPixels,
                    LibTurboJpeg.StopOnWarning | LibTurboJpeg.LimitScans) == 0;
            _ = LibTurboJpeg.tjDestroy(decoder);
            GC.KeepAlive(into);
            return decoded;
        }
    }
}

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
