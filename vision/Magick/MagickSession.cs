using ImageMagick;
using ImageMagick.Configuration;

namespace Pomona.Vision.Magick;

/// <summary>
/// The one ImageMagick of the process, started when the first file comes that needs it: closed to everything but the
/// formats that only it decodes and to other files, and bounded. It works on the caller's thread; libheif and libjxl in it
/// start threads of their own all the same.
/// </summary>
internal sealed class MagickSession
{
    /// <summary>The coders by their names in ImageMagick; JP2 and J2K are two of OpenJPEG's.</summary>
    private const string Policy = """
        <policymap>
          <policy domain="delegate" rights="none" pattern="*"/>
          <policy domain="filter" rights="none" pattern="*"/>
          <policy domain="path" rights="none" pattern="@*"/>
          <policy domain="coder" rights="none" pattern="*"/>
          <policy domain="coder" rights="read" pattern="{HEIC,HEIF,AVIF,JXL,JP2,J2K}"/>
        </policymap>
        """;

    private static ReadOnlySpan<byte> OnePixel =>
    [
        0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0,
        0x3A, 0x7E, 0x9B, 0x55, 0, 0, 0, 10, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9C, 0x63, 0, 0, 0, 2, 0, 1, 0x48, 0xAF, 0xA4, 0x71,
        0, 0, 0, 0, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82,
    ];

    // Four channels of 8 bits, and a fifth for what is printed.
    private const int MostBytesPerPixel = 5;

    // What small pictures that are decoded at the same time take.
    private const long BytesBesides = 64L << 20;

    private static readonly Lazy<MagickSession> Shared = new(() => new MagickSession());

    private readonly object _gate = new(); // System.Threading.Lock is net9.0 and later
    private ulong _most;

    private MagickSession()
    {
        Close();
        ResourceLimits.Thread = 1;
        ResourceLimits.Disk = 0;
        ResourceLimits.Width = Imaging.DecodeSettings.MaxSide;
        ResourceLimits.Height = Imaging.DecodeSettings.MaxSide;
    }

    /// <summary>Starts it, unless it is there.</summary>
    /// <exception cref="DllNotFoundException">There is no native library for this system.</exception>
    public static MagickSession Instance => Shared.Value;

    /// <summary>
    /// Lets its pixels take what the largest accepted picture does, whatever the file turns out to be once it is decoded: beyond
    /// that it refuses, as it may use no disk. The limit is the process's and is never lowered.
    /// </summary>
    /// <param name="maxMegapixels">The largest accepted picture.</param>
    public void Bound(double maxMegapixels)
    {
        var most = MostBytes(maxMegapixels);
        lock (_gate)
        {
            if (most > _most)
                ResourceLimits.Memory = _most = most;
        }
    }

    internal static ulong MostBytes(double maxMegapixels) => (ulong)((maxMegapixels * 1e6 * MostBytesPerPixel) + BytesBesides);

    // ImageMagick reads its policy from a folder, once, when the first file comes: that is a PNG here, which it must refuse.
    private static void Close()
    {
        var files = ConfigurationFiles.Default;
        files.Policy.Data = Policy;
        var folder = Directory.CreateTempSubdirectory("pomona-magick-").FullName;
        try
        {
            MagickNET.Initialize(files, folder);
            using var image = new MagickImage();
            image.Read(OnePixel.ToArray(), new MagickReadSettings { Format = MagickFormat.Png });
            throw new InvalidOperationException("ImageMagick's policy is not in force: a PNG was read.");
        }
        catch (MagickException)
        {
            // Refused, as it should be.
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
