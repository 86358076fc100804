using Google.Protobuf;
using Pomona.Job.Models;

namespace Pomona.Job.Tests.Models;

/// <summary>Small ONNX graphs whose features can be worked out by hand.</summary>
internal static class SmallModels
{
    /// <summary>Features only: the mean of each channel, by global pooling; shape [N, 3, 1, 1] or [N, 3].</summary>
    public static byte[] ChannelMeans(bool planes, int width, int height)
    {
        var model = OnnxGraphBuilder.NewModel("channel-means");
        var graph = new OnnxGraphBuilder(model.Graph);
        if (planes)
        {
            graph.Input("image", null, 3, height, width);
            graph.Output(graph.Node("GlobalAveragePool", "means", ["image"]), null, 3, 1, 1);
        }
        else
        {
            graph.Input("image", null, height, width, 3);
            graph.Output(graph.Node("ReduceMean", "means", ["image"],
                OnnxGraphBuilder.ListAttribute("axes", 1, 2), OnnxGraphBuilder.Attribute("keepdims", 0)), null, 3);
        }

        return model.ToByteArray();
    }
}
