using Google.Protobuf;
using Pomona.Vision.Models.Onnx;

namespace Pomona.Vision.Tests.Models;

/// <summary>Small ONNX graphs whose features can be worked out by hand.</summary>
internal static class SmallModels
{
    /// <summary>Features only: the mean of each channel, by global pooling; shape [N, 3, 1, 1] or [N, 3].</summary>
    public static byte[] ChannelMeans(bool planes, int width, int height)
        => (planes ? Pooled(width, height).Model : MeansOfPixels(width, height)).ToByteArray();

    /// <summary>
    /// A classifier into two classes over the means of the channels; <paramref name="head"/> adds its last layers to the
    /// flat means and returns the output.
    /// </summary>
    public static ModelProto Classifier(Func<OnnxGraphBuilder, string, string> head)
    {
        var (model, graph, pooled) = Pooled(4, 4);
        model.Graph.Output.Clear();
        var flat = graph.Node("Flatten", "flat", [pooled], OnnxGraphBuilder.Attribute("axis", 1));
        graph.Output(head(graph, flat), null, 2);
        return model;
    }

    /// <summary>A fully connected layer from three features to two classes.</summary>
    public static string Gemm(OnnxGraphBuilder graph, string features) => graph.Node("Gemm", "logits",
        [features, graph.Weights("weights", [1, 2, 3, 4, 5, 6], 3, 2), graph.Weights("bias", [7, 8], 2)]);

    /// <summary>The same, as a product and a sum.</summary>
    public static string MatMulAdd(OnnxGraphBuilder graph, string features) => graph.Node("Add", "logits",
    [
        graph.Weights("bias", [7, 8], 2),
        graph.Node("MatMul", "product", [features, graph.Weights("weights", [1, 2, 3, 4, 5, 6], 3, 2)]),
    ]);

    /// <summary>A classifier that takes float32 and computes in float16, as converters that halve weights leave it.</summary>
    public static ModelProto Halved()
    {
        var model = OnnxGraphBuilder.NewModel("halved");
        var graph = new OnnxGraphBuilder(model.Graph);
        graph.Input("image", null, 3, 4, 4);
        var half = graph.Node("Cast", "half", ["image"], OnnxGraphBuilder.Attribute("to", 10));
        var flat = graph.Node("Flatten", "flat", [graph.Node("GlobalAveragePool", "means", [half])]);
        var weights = graph.Node("Cast", "half_weights",
            [graph.Weights("weights", [1, 2, 3, 4, 5, 6], 3, 2)], OnnxGraphBuilder.Attribute("to", 10));
        var logits = graph.Node("MatMul", "logits", [flat, weights]);
        graph.Output(graph.Node("Cast", "classes", [logits], OnnxGraphBuilder.Attribute("to", 1)), null, 2);
        return model;
    }

    private static (ModelProto Model, OnnxGraphBuilder Graph, string Pooled) Pooled(int width, int height)
    {
        var model = OnnxGraphBuilder.NewModel("channel-means");
        var graph = new OnnxGraphBuilder(model.Graph);
        graph.Input("image", null, 3, height, width);
        var pooled = graph.Node("GlobalAveragePool", "means", ["image"]);
        graph.Output(pooled, null, 3, 1, 1);
        return (model, graph, pooled);
    }

    private static ModelProto MeansOfPixels(int width, int height)
    {
        var model = OnnxGraphBuilder.NewModel("channel-means");
        var graph = new OnnxGraphBuilder(model.Graph);
        graph.Input("image", null, height, width, 3);
        graph.Output(graph.Node("ReduceMean", "means", ["image"],
            OnnxGraphBuilder.ListAttribute("axes", 1, 2), OnnxGraphBuilder.Attribute("keepdims", 0)), null, 3);
        return model;
    }
}
