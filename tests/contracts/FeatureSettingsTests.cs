using System.Xml.Linq;

namespace Pomona.Contracts.Tests;

public sealed class FeatureSettingsTests
{
    private static readonly FeatureSettings Some = FeatureSettings.TryParse(
        """
        {"input": "any", "run": "r", "resize": "Bicubic", "honourOrientation": true, "decode": "Exact", "maxMegapixels": 100, "parts": "p", "architecture": "X64", "arithmetic": 1,
         "model": {"name": "any", "sha256": "s", "outputName": "o", "inputWidth": 224, "inputHeight": 224, "layout": "Nhwc", "scaling": "minusOneToOne"}}
        """u8)!;

    [Fact]
    public void Equal_settings_differ_in_nothing_and_what_is_not_known_is_not_compared()
    {
        Assert.Null(Some.DifferenceFrom(Some with { }));
        Assert.Null(new FeatureSettings(new UsedModel("s"), Decode: "exact").DifferenceFrom(Some));
    }

    [Fact]
    public void Each_member_that_differs_is_named_with_both_values()
    {
        (FeatureSettings Then, string Says)[] rows =
        [
            (Some with { Model = Some.Model! with { Sha256 = "t" } }, "the model's SHA-256 was t and is now s"),
            (Some with { Model = Some.Model! with { OutputName = "q" } }, "the output that the model is cut at was q and is now o"),
            (Some with { Model = Some.Model! with { InputWidth = 32 } }, "what the model expects was 32 × 224, Nhwc, scaled by \"minusOneToOne\" and is now 224 × 224, Nhwc, scaled by \"minusOneToOne\""),
            (Some with { Resize = "Nearest" }, "--resize was nearest and is now bicubic"),
            (Some with { HonourOrientation = false }, "--exif-rotation was off and is now on"),
            (Some with { Decode = "Scaled" }, "--decode was scaled and is now exact"),
            (Some with { MaxMegapixels = 0.5 }, "--max-megapixels was 0.5 and is now 100"),
            (Some with { Parts = "another" }, "the form of the parts was another and is now p"),
            (Some with { Architecture = "Arm64" }, "the processors' architecture was Arm64 and is now X64"),
            (Some with { Arithmetic = null }, "the version of the arithmetic was not noted by the version that made it and is now 1"),
        ];
        Assert.All(rows, row => Assert.Equal(row.Says, Some.DifferenceFrom(row.Then)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"resize\": 7}")]
    public void What_is_no_settings_is_none(string text) => Assert.Null(FeatureSettings.TryParse(System.Text.Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void A_package_that_decodes_or_infers_has_a_new_version_only_together_with_the_arithmetic()
    {
        string[] computing = ["Microsoft.ML.OnnxRuntime", "Magick.NET-Q8-AnyCPU", "NetVips.Native.linux-x64", "NetVips.Native.linux-arm64", "NetVips.Native.osx-arm64"];

        var versions = XDocument.Load(RepositoryRoot.File("Directory.Packages.props")).Descendants("PackageVersion")
            .Where(package => computing.Contains((string?)package.Attribute("Include")))
            .Select(package => $"{(string?)package.Attribute("Include")} {(string?)package.Attribute("Version")}")
            .Order(StringComparer.Ordinal);

        // Where this fails, raise FeatureSettings.CurrentArithmetic too, and then write here what stands there.
        Assert.Equal(1, FeatureSettings.CurrentArithmetic);
        Assert.Equal(
            [
                "Magick.NET-Q8-AnyCPU 15.1.0",
                "Microsoft.ML.OnnxRuntime 1.31.1",
                "NetVips.Native.linux-arm64 8.18.7",
                "NetVips.Native.linux-x64 8.18.7",
                "NetVips.Native.osx-arm64 8.18.7",
            ],
            versions);
    }
}
