using Pomona.Vision.Imaging;

namespace Pomona.Vision.Tests.Imaging;

public sealed class LibVipsFileTests
{
    [Fact]
    public void The_copy_beside_the_assembly_is_tried_before_the_program_s_and_the_system_s()
        => Assert.Equal(
            [
                "/job/runtimes/linux-x64/native/libvips-pomona.so",
                "/worker/runtimes/linux-x64/native/libvips-pomona.so",
                "libvips.so.42", "libvips.42.dylib", "libvips-42.dll",
            ],
            LibVipsFile.Candidates("/job", "/worker/"));

    [Fact]
    public void A_missing_library_is_one_sentence_that_says_what_to_do()
    {
        var missing = Assert.Throws<DllNotFoundException>(() => LibVipsFile.Load(["/nowhere/libvips-pomona.so"]));
        Assert.Equal(
            "libvips, which decodes images, was not found (tried /nowhere/libvips-pomona.so): run './pomona setup' and build "
            + "again, or install libvips 8.12 or later.",
            missing.Message);
    }
}
