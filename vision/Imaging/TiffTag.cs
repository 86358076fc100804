namespace Pomona.Vision.Imaging;

/// <summary>The TIFF 6.0 tags that matter before decoding.</summary>
internal static class TiffTag
{
    public const int ImageWidth = 256;
    public const int ImageLength = 257;
    public const int StripOffsets = 273;
    public const int Orientation = 274;
    public const int StripByteCounts = 279;
    public const int TileOffsets = 324;
    public const int TileByteCounts = 325;
}
