using Google.Protobuf;
using Pomona.Vision.Models.Onnx;

namespace Pomona.Job.Tests.Pipeline;

/// <summary>A feature model that is quick to run: 24 random convolutions over 32 × 32 pixels, rectified and pooled.</summary>
internal static class TinyModel
{
    public const int Features = 24;
    private const int Size = 32;
    private const long Int64 = 7; // TensorProto.DataType
    private const int Kernel = 5;

    /// <summary>Writes the model with its sidecar; the model's path.</summary>
    public static string Write(TemporaryFolder folder)
    {
        folder.Write("model/tiny.json", """{"name": "tiny", "scaling": "minusOneToOne"}"""u8);
        return folder.Write("model/tiny.onnx", OfSize(Size));
    }

    /// <summary>The model over images of another size.</summary>
    public static byte[] OfSize(int size)
    {
        var random = new Random(20211);
        var weights = new float[Features * 3 * Kernel * Kernel];
        for (var i = 0; i < weights.Length; i++)
            weights[i] = (float)(random.NextDouble() - 0.5);

        var model = OnnxGraphBuilder.NewModel("tiny");
        var graph = new OnnxGraphBuilder(model.Graph);
        graph.Input("image", null, 3, size, size);
        var kernel = graph.Weights("kernel", weights, Features, 3, Kernel, Kernel);
        var convolved = graph.Node("Conv", "convolved", ["image", kernel], OnnxGraphBuilder.ListAttribute("strides", 3, 3));
        var rectified = graph.Node("Relu", "rectified", [convolved]);
        graph.Output(graph.Node("GlobalAveragePool", "features", [rectified]), null, Features, 1, 1);
        return model.ToByteArray();
    }

    /// <summary>
    /// A model that runs on black and on nothing else: what it reshapes to is (1, 3 + 9 × the largest red), and three numbers
    /// are there. Its scaling is zeroToOne, its output "features".
    /// </summary>
    public static byte[] FailingOnAnyColour()
    {
        var model = OnnxGraphBuilder.NewModel("failing");
        var graph = new OnnxGraphBuilder(model.Graph);
        graph.Input("image", null, 3, Size, Size);
        var means = graph.Node("Flatten", "means", [graph.Node("GlobalAveragePool", "pooled", ["image"])]);
        var largest = graph.Node("GlobalMaxPool", "largest", ["image"]);
        var kernel = graph.Weights("kernel", [0, 0, 0, 9, 0, 0], 2, 3, 1, 1);
        var axes = graph.Node("Squeeze", "axes", [graph.Node("Conv", "wanted", [largest, kernel, graph.Weights("bias", [1, 3], 2)])]);
        var shape = graph.Node("Cast", "shape", [axes], OnnxGraphBuilder.Attribute("to", Int64));
        graph.Output(graph.Node("Reshape", "features", [means, shape]), null, 3);
        return model.ToByteArray();
    }
}
