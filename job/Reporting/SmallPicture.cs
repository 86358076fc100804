using System.Buffers.Binary;
using Pomona.Vision.Imaging;

namespace Pomona.Job.Reporting;

/// <summary>An image's picture of 16 × 16 pixels as a file that every browser shows: a bitmap, of which no other form is shorter to make.</summary>
internal static class SmallPicture
{
    private const int HeaderBytes = 14 + 40;

    /// <summary>A BMP.</summary>
    /// <param name="picture"><see cref="ImageCues.PictureBytes"/>: red, green, blue, row by row.</param>
    public static byte[] ToBitmap(ReadOnlySpan<byte> picture)
    {
        var file = new byte[HeaderBytes + ImageCues.PictureBytes];
        "BM"u8.CopyTo(file);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(2), file.Length);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(10), HeaderBytes);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(14), 40);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(18), ImageCues.Side);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(22), -ImageCues.Side); // from the top down
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(26), 1);
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(28), 24);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(34), ImageCues.PictureBytes);
        for (var i = 0; i < ImageCues.PictureBytes; i += 3)
            (file[HeaderBytes + i], file[HeaderBytes + i + 1], file[HeaderBytes + i + 2]) = (picture[i + 2], picture[i + 1], picture[i]);
        return file;
    }
}
