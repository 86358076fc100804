using System.Text;
using Pomona.Vision.Tests.Imaging;

namespace Pomona.Vision.Tests.Formats;

public sealed class ForeignFileTests
{
    [Theory]
    [InlineData("", "empty file")]
    [InlineData("\0\0\0\0\0\0\0\0\0\0\0\0", "not an image: the file holds only zero bytes")]
    [InlineData("<!DOCTYPE html><html><body>404", "not an image: it is an HTML page")]
    [InlineData("\r\n  <html lang=\"fr\">", "not an image: it is an HTML page")]
    [InlineData("<?xml version=\"1.0\"?><svg xmlns=\"x\"/>", "not supported: SVG drawing, convert it to JPEG or PNG")]
    [InlineData("<?xml version=\"1.0\"?><Error><Code>NoSuchKey</Code></Error>", "not an image: it is text")]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a", "not an image: it is text")]
    [InlineData("BM of the year: a text that begins like a bitmap", "not an image: it is text")]
    [InlineData("%PDF-1.7\n%", "not an image: it is a PDF document")]
    [InlineData("PK\u0003\u0004\u0014\0\u0001\0\b\0", "not an image: it is an archive")]
    [InlineData("Rar!\u001a\u0007\u0001\0", "not an image: it is an archive")]
    [InlineData("7z\u00bc\u00af\u0027\u001c\0", "not an image: it is an archive")]
    [InlineData("\0\0\0\u0018ftypmp42\0\0\0\0isom", "not an image: it is a video or audio file")]
    [InlineData("8BPS\0\u0001\0\0\0\0\0\0", "not supported: Photoshop document, convert it to JPEG or PNG")]
    [InlineData("\0\0\u0001\0\u0001\0\u0010\u0010", "not supported: Windows icon, convert it to JPEG or PNG")]
    [InlineData("\0\u0005\u0016\u0007\0\u0002\0\0Mac OS X", "not an image: it is the companion file that macOS writes beside one")]
    [InlineData("\u0001\u0002\u0003\u00ff\u00fe\u00fd", "not an image that is known here: JPEG, PNG, WebP, GIF, BMP, TIFF, HEIC, AVIF, JPEG XL and JPEG 2000 are")]
    public void What_is_no_image_is_named(string content, string reason)
        => Assert.Equal(reason, Decoded.ReasonOf(Encoding.Latin1.GetBytes(content)));

    [Fact]
    public void Text_in_any_script_is_text()
        => Assert.Equal("not an image: it is text", Decoded.ReasonOf(Encoding.UTF8.GetBytes("Accès refusé: 画像がありません")));
}
