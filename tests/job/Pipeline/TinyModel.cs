using Google.Protobuf;
using Pomona.Vision.Models.Onnx;

namespace Pomona.Job.Tests.Pipeline;

/// <summary>A feature model that is quick to run: 24 random convolutions over 32 × 32 pixels, rectified and pooled.</summary>
internal static class TinyModel
{
    public const int Features = 24;
    private const int Size = 32;
    private const int Kernel = 5;

    /// <summary>Writes the model with its sidecar; the model's path.</summary>
    public static string Write(TemporaryFolder folder)
    {
        var random = new Random(20211);
        var weights = new float[Features * 3 * Kernel * Kernel];
        for (var i = 0; i < weights.Length; i++)
            weights[i] = (float)(random.NextDouble() - 0.5);

        var model = OnnxGraphBuilder.NewModel("tiny");
        var graph = new OnnxGraphBuilder(model.Graph);
        graph.Input("image", null, 3, Size, Size);
        var kernel = graph.Weights("kernel", weights, Features, 3, Kernel, Kernel);
        var convolved = graph.Node("Conv", "convolved", ["image", kernel], OnnxGraphBuilder.ListAttribute("strides", 3, 3));
        var rectified = graph.Node("Relu", "rectified", [convolved]);
        graph.Output(graph.Node("GlobalAveragePool", "features", [rectified]), null, Features, 1, 1);
        var path = folder.Write("model/tiny.onnx", model.ToByteArray());
        folder.Write("model/tiny.json", """{"name": "tiny", "scaling": "minusOneToOne"}"""u8);
        return path;
    }
}
