namespace Pomona.Vision.Models;

/// <summary>Published files that say nothing about their input themselves, by their SHA-256.</summary>
internal static class KnownModels
{
    /// <summary>Of mobilenetv2-12.onnx, in ONNX_HUB_MANIFEST.json of github.com/onnx/models ("MobileNet v2-1.0-fp32").</summary>
    public const string MobileNetV2Sha256 = "c0c3f76d93fa3fd6580652a45618618a220fced18babf65774ed169de0432ad5";

    /// <summary>Of that file; scaling: "Preprocessing" in the zoo's README of MobileNet.</summary>
    public static ModelDescription MobileNetV2 { get; } = new(
        Name: "mobilenetv2-12", Source: "ONNX Model Zoo, ImageNet weights", Scaling: PixelScaling.ImageNet);

    /// <summary>What is known about a file, or null.</summary>
    /// <param name="sha256">Of the whole file, lower-case hexadecimal.</param>
    public static ModelDescription? Find(string sha256) => sha256 switch
    {
        MobileNetV2Sha256 => MobileNetV2,

        // The same network in operator set 10: ONNX_HUB_MANIFEST.json of github.com/onnx/models.
        "0e7c0aa4bc74650386fa1d2c84705753de7c2bdb21909ada5c59154bb429e092"
            => MobileNetV2 with { Name = "mobilenetv2-10" },

        // Google's mobilenet_v2_1.0_224 (keras.applications, weights='imagenet') without its classifier.
        "f375f6e3ee9091cce6595958e574d0b4a4bba6ee25c63b1739c55e7334d1479c" => new ModelDescription(
            Name: "mobilenet_v2_1.0_224",
            Source: "Google's MobileNetV2 1.0/224, ImageNet weights",
            Scaling: PixelScaling.MinusOneToOne),
        _ => null,
    };
}
