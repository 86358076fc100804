namespace Pomona.Vision.Models.Catalog;

/// <summary>A published model file that is downloaded when nothing else is at hand.</summary>
/// <param name="Name">For people, and in the cache.</param>
/// <param name="Sha256">Of the file, lower-case hexadecimal; a download with another one is thrown away.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Addresses">Where it is served, tried in this order.</param>
/// <param name="Description">What the file does not say itself.</param>
public sealed record ZooModel(
    string Name, string Sha256, long Size, IReadOnlyList<Uri> Addresses, ModelDescription Description)
{
    /// <summary>
    /// MobileNetV2 1.0/224 of the ONNX Model Zoo, opset 12, ImageNet weights, Apache-2.0. The zoo's files moved from Git LFS
    /// to Hugging Face in 2025; the first address is the new one.
    /// </summary>
    public static ZooModel MobileNetV2 { get; } = new(
        "mobilenetv2-12",
        KnownModels.MobileNetV2Sha256,
        13_964_571,
        [
            new("https://huggingface.co/onnxmodelzoo/mobilenetv2-12/resolve/main/mobilenetv2-12.onnx"),
            new("https://media.githubusercontent.com/media/onnx/models/b1eeaa1ac722dcc1cd1a8284bde34393dab61c3d/"
                + "validated/vision/classification/mobilenet/model/mobilenetv2-12.onnx"),
        ],
        KnownModels.MobileNetV2);
}
