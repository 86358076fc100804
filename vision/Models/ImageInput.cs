using Pomona.Contracts;
using Pomona.Vision.Models.Onnx;

namespace Pomona.Vision.Models;

/// <summary>The image tensor that a graph takes.</summary>
internal sealed record ImageInput(string Name, int Width, int Height, TensorLayout Layout)
{
    /// <summary>Finds a graph's image input; a description fills in what the graph leaves open.</summary>
    /// <param name="graph">The model's graph.</param>
    /// <param name="description">What is said about the model.</param>
    /// <param name="model">What to call the model in messages: its path.</param>
    /// <exception cref="ModelException">The graph does not take one three-channel image, or nothing says its size.</exception>
    public static ImageInput Of(GraphProto graph, ModelDescription description, string model)
    {
        var input = Only(graph, model);
        var tensor = input.Type?.ValueCase == TypeProto.ValueOneofCase.TensorType ? input.Type.TensorType : null;
        if (tensor is null || tensor.ElemType != (int)TensorProto.Types.DataType.Float)
            throw new ModelException(
                $"The model {model} takes '{Printable.Excerpt(input.Name, 60)}' as "
                + $"{(tensor is null ? "something other than a tensor" : (TensorProto.Types.DataType)tensor.ElemType)}; "
                + "Pomona feeds float32 images.");

        var axes = tensor.Shape?.Dim.Select(LengthOf).ToArray();
        if (axes is { Length: not 4 })
            throw NotAnImage(model, input.Name, axes);
        axes ??= [null, null, null, null];
        if (axes[0] is > 1)
            throw new ModelException(
                $"The model {model} takes exactly {axes[0]} images at once: export it with a batch of 1 or a dynamic one.");

        var layout = LayoutOf(axes, description.Layout, model, input.Name);
        var (height, width) = layout == TensorLayout.Nhwc ? (axes[1], axes[2]) : (axes[2], axes[3]);
        return new ImageInput(
            input.Name,
            Length("width", width, description.Width, model),
            Length("height", height, description.Height, model),
            layout);
    }

    private static ValueInfoProto Only(GraphProto graph, string model)
    {
        // Before IR version 4 every initializer is an input too.
        var weights = graph.Initializer.Select(initializer => initializer.Name).ToHashSet(StringComparer.Ordinal);
        var inputs = graph.Input.Where(input => !weights.Contains(input.Name)).ToList();
        return inputs.Count == 1
            ? inputs[0]
            : throw new ModelException(
                $"The model {model} has {inputs.Count} inputs"
                + (inputs.Count > 0 ? $" ({Printable.Excerpt(string.Join(", ", inputs.Select(input => input.Name)))})" : "")
                + ", where an image classifier has one.");
    }

    private static TensorLayout LayoutOf(long?[] axes, TensorLayout? said, string model, string input)
    {
        bool nchw = axes[1] is 3, nhwc = axes[3] is 3;
        if (said is { } layout)
        {
            var channels = layout == TensorLayout.Nhwc ? axes[3] : axes[1];
            return channels is 3 or null ? layout : throw NotAnImage(model, input, axes);
        }

        if (nchw != nhwc)
            return nhwc ? TensorLayout.Nhwc : TensorLayout.Nchw;
        if (!nchw && axes[1] is not null && axes[3] is not null)
            throw NotAnImage(model, input, axes);
        throw new ModelException(
            $"The model {model} does not say which axis of its input '{Printable.Excerpt(input, 60)}' holds the colours: "
            + $"put \"layout\": \"nchw\" or \"nhwc\" into {ModelDescription.SidecarOf(model)}.");
    }

    private static int Length(string what, long? inGraph, int? said, string model)
    {
        if (inGraph is { } fixedLength && said is { } saidLength && fixedLength != saidLength)
            throw new ModelException(
                $"The model {model} takes images of {what} {fixedLength}, but its description says {saidLength}.");
        return (inGraph ?? said) switch
        {
            null => throw new ModelException(
                $"The model {model} takes images of any {what}, and nothing says which one to use: "
                + $"put \"{what}\" into {ModelDescription.SidecarOf(model)}."),
            > 4096 => throw new ModelException($"The model {model} takes images of {what} {inGraph ?? said}: the most is 4096."),
            var length => (int)length.Value,
        };
    }

    private static long? LengthOf(TensorShapeProto.Types.Dimension axis)
        => axis.ValueCase == TensorShapeProto.Types.Dimension.ValueOneofCase.DimValue && axis.DimValue > 0 ? axis.DimValue : null;

    private static ModelException NotAnImage(string model, string input, long?[] axes)
        => new($"The input '{Printable.Excerpt(input, 60)}' of the model {model} is not a three-channel image: its shape is "
            + $"[{string.Join(", ", axes.Select(axis => axis?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "?"))}].");
}
