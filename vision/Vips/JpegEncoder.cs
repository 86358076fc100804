using Pomona.Vision.Imaging;

namespace Pomona.Vision.Vips;

/// <summary>Writes JPEGs: the report's thumbnails and the drawn samples. Equal pixels give equal bytes.</summary>
public static unsafe class JpegEncoder
{
    /// <summary>The image as a baseline JPEG without metadata, chroma at half resolution below quality 90.</summary>
    /// <param name="image">The pixels.</param>
    /// <param name="quality">1 (smallest) to 100.</param>
    /// <exception cref="DllNotFoundException">There is no libvips.</exception>
    public static byte[] Encode(RgbImage image, int quality)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentOutOfRangeException.ThrowIfLessThan(quality, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(quality, 100);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(image.Width, DecodeSettings.MaxSide, nameof(image));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(image.Height, DecodeSettings.MaxSide, nameof(image));

        var session = LibVipsSession.Instance;
        session.Gate.EnterReadLock();
        try
        {
            var size = (nuint)image.Pixels.Length;
            var input = LibVips.vips_image_new_from_memory(
                image.Pointer, size, image.Width, image.Height, 3, LibVips.UCharFormat);
            try
            {
                using var save = new VipsOperation("jpegsave_buffer"u8);
                save.SetImage("in"u8, input);
                save.SetOptions(System.Text.Encoding.ASCII.GetBytes($"Q={quality}\0"));
                return save.TryRun()
                    ? save.CopyBytes("buffer"u8)
                    : throw new InvalidOperationException(
                        $"libvips could not write a JPEG of {image.Width} by {image.Height} pixels.");
            }
            finally
            {
                LibVips.g_object_unref(input);
                GC.KeepAlive(image);
            }
        }
        finally
        {
            session.Gate.ExitReadLock();
        }
    }
}
