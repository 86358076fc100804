namespace Pomona.Vision.Models;

/// <summary>Published files that say nothing about their input themselves, by their SHA-256.</summary>
internal static class KnownModels
{
    /// <summary>What is known about a file, or null.</summary>
    /// <param name="sha256">Of the whole file, lower-case hexadecimal.</param>
    public static ModelDescription? Find(string sha256) => sha256 switch
    {
        ZooModel.MobileNetV2Sha256 => ZooModel.MobileNetV2.Description,

        // The same network in operator set 10: ONNX_HUB_MANIFEST.json of github.com/onnx/models.
        "0e7c0aa4bc74650386fa1d2c84705753de7c2bdb21909ada5c59154bb429e092"
            => ZooModel.MobileNetV2.Description with { Name = "mobilenetv2-10" },

        // Google's mobilenet_v2_1.0_224 (keras.applications, weights='imagenet') without its classifier.
        "f375f6e3ee9091cce6595958e574d0b4a4bba6ee25c63b1739c55e7334d1479c" => new ModelDescription(
            Name: "mobilenet_v2_1.0_224",
            Source: "Google's MobileNetV2 1.0/224, ImageNet weights",
            Scaling: PixelScaling.MinusOneToOne),
        _ => null,
    };
}
