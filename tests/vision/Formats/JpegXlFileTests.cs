using System.Buffers.Binary;
using Pomona.Vision.Formats;

namespace Pomona.Vision.Tests.Formats;

public sealed class JpegXlFileTests
{
    /// <summary>The form of small sizes: 256 × 256, all metadata default.</summary>
    private static readonly byte[] Codestream = [0xFF, 0x0A, 0x7F, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    [Fact]
    public void Wherever_encoders_part_a_codestream_its_size_is_read()
    {
        Assert.Equal((256, 256), JpegXlFile.SizeOf(Codestream));
        Assert.Equal((256, 256), JpegXlFile.SizeOf(Boxed(("jxlc", Codestream))));
        for (var at = 0; at <= Codestream.Length; at++)
        {
            // As libjxl does with EXIF: what it knew first, the metadata, the rest.
            var file = Boxed(("jxlp", [0, 0, 0, 0, .. Codestream[..at]]), ("Exif", new byte[20]), ("jxlp", [0x80, 0, 0, 1, .. Codestream[at..]]));

            Assert.Equal((256, 256), JpegXlFile.SizeOf(file));
        }
    }

    [Fact]
    public void A_file_whose_parts_end_before_the_size_has_none()
        => Assert.Null(JpegXlFile.SizeOf(Boxed(("jxlp", [0, 0, 0, 0, .. Codestream[..5]]), ("jxlp", [0x80, 0, 0, 1, .. Codestream[5..9]]))));

    private static byte[] Boxed(params (string Type, byte[] Content)[] boxes) =>
    [
        0, 0, 0, 12, 0x4A, 0x58, 0x4C, 0x20, 13, 10, 0x87, 10,
        .. boxes.SelectMany(static box =>
        {
            var length = new byte[4];
            BinaryPrimitives.WriteInt32BigEndian(length, 8 + box.Content.Length);
            return (byte[])[.. length, .. System.Text.Encoding.ASCII.GetBytes(box.Type), .. box.Content];
        }),
    ];
}
