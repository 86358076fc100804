using System.Runtime.InteropServices;
using Pomona.Vision.Vips;

namespace Pomona.Vision.Tests.Vips;

public sealed class LibVipsFileTests
{
    [Fact]
    public void The_copy_beside_the_assembly_is_tried_before_the_program_s_and_the_system_s()
        => Assert.Equal(
            [
                "/job/libvips.so.42", "/job/runtimes/linux-x64/native/libvips.so.42",
                "/worker/libvips.so.42", "/worker/runtimes/linux-x64/native/libvips.so.42",
                "libvips.so.42",
            ],
            LibVipsFile.Candidates("/job", "/worker", OSPlatform.Linux, Architecture.X64));

    [Fact]
    public void Other_systems_have_the_library_under_their_own_name()
    {
        Assert.Equal(
            ["/job/libvips.so.42", "/job/runtimes/linux-arm64/native/libvips.so.42", "libvips.so.42"],
            LibVipsFile.Candidates(null, "/job", OSPlatform.Linux, Architecture.Arm64));
        Assert.Equal(
            ["/job/libvips.42.dylib", "/job/runtimes/osx-arm64/native/libvips.42.dylib", "libvips.42.dylib"],
            LibVipsFile.Candidates("", "/job", OSPlatform.OSX, Architecture.Arm64));
    }

    [Fact]
    public void Each_system_s_library_travels_under_the_name_that_the_loader_tries()
    {
        foreach (var (system, processor) in new[]
        {
            (OSPlatform.Linux, Architecture.X64), (OSPlatform.Linux, Architecture.Arm64), (OSPlatform.OSX, Architecture.Arm64),
        })
        {
            Assert.Contains(
                LibVipsFile.Candidates(null, AppContext.BaseDirectory, system, processor).SkipLast(1), File.Exists);
        }
    }

    [Fact]
    public void A_missing_library_is_one_sentence_that_says_what_to_do()
    {
        var missing = Assert.Throws<DllNotFoundException>(() => LibVipsFile.Load(["/nowhere/libvips.so.42"]));
        Assert.Equal(
            "libvips, which decodes images, was not found (tried /nowhere/libvips.so.42): build again where the NuGet feed "
            + "carries NetVips.Native for this system, or install libvips 8.12 or later.",
            missing.Message);
    }
}
