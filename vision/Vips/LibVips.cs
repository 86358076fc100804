using System.Runtime.InteropServices;

namespace Pomona.Vision.Vips;

/// <summary>
/// The part of libvips' C interface (8.12 or later) that decoding and encoding need, with GObject's. Operations are called
/// by name and properties rather than through the variable-argument functions, which C# cannot call portably.
/// <see cref="LibVipsSession"/> says where the library comes from and must be asked for before the first call.
/// </summary>
internal static unsafe partial class LibVips
{
    public const string Name = "libvips";

    public const int UCharFormat = 0;
    public const int UShortFormat = 2;
    public const int CmykInterpretation = 15;

    /// <summary>GLib's G_LOG_LEVEL_WARNING.</summary>
    public const int LogLevelWarning = 1 << 4;

    [LibraryImport(Name)]
    public static partial int vips_init(byte* programName);

    [LibraryImport(Name)]
    public static partial void vips_concurrency_set(int threads);

    [LibraryImport(Name)]
    public static partial void vips_cache_set_max(int operations);

    [LibraryImport(Name)]
    public static partial int vips_version(int part);

    [LibraryImport(Name)]
    public static partial byte* vips_error_buffer();

    [LibraryImport(Name)]
    public static partial void vips_error_clear();

    [LibraryImport(Name)]
    public static partial nint vips_operation_new(byte* name);

    [LibraryImport(Name)]
    public static partial int vips_object_set_from_string(nint instance, byte* options);

    [LibraryImport(Name)]
    public static partial int vips_cache_operation_buildp(nint* operation);

    [LibraryImport(Name)]
    public static partial void vips_object_unref_outputs(nint instance);

    [LibraryImport(Name)]
    public static partial nint vips_blob_new(nint free, void* data, nuint length);

    [LibraryImport(Name)]
    public static partial void* vips_blob_get(nint blob, nuint* length);

    [LibraryImport(Name)]
    public static partial nuint vips_blob_get_type();

    [LibraryImport(Name)]
    public static partial void vips_area_unref(nint area);

    [LibraryImport(Name)]
    public static partial nuint vips_image_get_type();

    [LibraryImport(Name)]
    public static partial nint vips_image_new_from_memory(
        void* data, nuint size, int width, int height, int bands, int format);

    [LibraryImport(Name)]
    public static partial int vips_image_get_width(nint image);

    [LibraryImport(Name)]
    public static partial int vips_image_get_height(nint image);

    [LibraryImport(Name)]
    public static partial int vips_image_get_bands(nint image);

    [LibraryImport(Name)]
    public static partial int vips_image_get_format(nint image);

    [LibraryImport(Name)]
    public static partial int vips_image_get_interpretation(nint image);

    [LibraryImport(Name)]
    public static partial int vips_image_get_orientation(nint image);

    [LibraryImport(Name)]
    public static partial nint vips_region_new(nint image);

    [LibraryImport(Name)]
    public static partial byte* vips_region_fetch(nint region, int left, int top, int width, int height, nuint* length);

    [LibraryImport(Name)]
    public static partial void g_free(void* memory);

    [LibraryImport(Name)]
    public static partial nint g_object_ref(nint instance);

    [LibraryImport(Name)]
    public static partial void g_object_unref(nint instance);

    [LibraryImport(Name)]
    public static partial void g_object_set_property(nint instance, byte* name, GValue* value);

    [LibraryImport(Name)]
    public static partial void g_object_get_property(nint instance, byte* name, GValue* value);

    [LibraryImport(Name)]
    public static partial GValue* g_value_init(GValue* value, nuint type);

    [LibraryImport(Name)]
    public static partial void g_value_unset(GValue* value);

    [LibraryImport(Name)]
    public static partial void g_value_set_boxed(GValue* value, nint boxed);

    [LibraryImport(Name)]
    public static partial nint g_value_get_boxed(GValue* value);

    [LibraryImport(Name)]
    public static partial void g_value_set_object(GValue* value, nint instance);

    [LibraryImport(Name)]
    public static partial nint g_value_get_object(GValue* value);

    [LibraryImport(Name)]
    public static partial uint g_log_set_handler(
        byte* domain, int levels, delegate* unmanaged[Cdecl]<byte*, int, byte*, nint, void> handler, nint userData);

    /// <summary>GObject's GValue: a type and two words of data, all zero before it is initialised.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 24)]
    public struct GValue;
}
