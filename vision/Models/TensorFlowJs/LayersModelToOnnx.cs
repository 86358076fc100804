using Pomona.Vision.Models.Onnx;

namespace Pomona.Vision.Models.TensorFlowJs;

/// <summary>
/// Writes a Keras image classifier as an ONNX graph that ends in features: layer by layer up to the first Dense, which is
/// where its head begins. The tensors become channels first (NCHW, ONNX's only order for convolutions), weights included, so
/// that no node has to turn them at run time; zero padding becomes part of the convolution after it. Batch normalisation
/// stays a node of its own: ONNX Runtime folds it when it loads the graph.
/// </summary>
internal sealed class LayersModelToOnnx
{
    /// <summary>The graph's input: float32 [N, 3, height, width].</summary>
    public const string InputName = "image";

    /// <summary>The graph's output: float32 [N, features].</summary>
    public const string OutputName = "features";

    private readonly LayersModel _model;
    private readonly OnnxGraphBuilder _graph;
    private readonly Dictionary<string, Tensor> _tensors = new(StringComparer.Ordinal);

    private LayersModelToOnnx(LayersModel model, OnnxGraphBuilder graph)
    {
        _model = model;
        _graph = graph;
    }

    /// <summary>Converts a model; the same model gives the same bytes.</summary>
    /// <param name="model">The Keras model.</param>
    /// <param name="name">Of the graph.</param>
    /// <returns>The graph, the size of its images and the number of its features.</returns>
    /// <exception cref="FormatException">It has a layer, or a setting of one, that is not understood.</exception>
    public static (ModelProto Onnx, int Height, int Width, int Features) Convert(LayersModel model, string name)
    {
        var onnx = OnnxGraphBuilder.NewModel(name);
        var conversion = new LayersModelToOnnx(model, new OnnxGraphBuilder(onnx.Graph));
        var features = conversion.Features();
        var image = conversion._tensors[model.Layers.First(layer => layer.Kind == "InputLayer").Name];
        return (onnx, image.Height, image.Width, features.Channels);
    }

    private Tensor Features()
    {
        foreach (var layer in _model.Layers)
        {
            if (layer.Kind == "Dense")
                return Output(Input(layer));
            _tensors.Add(layer.Name, Convert(layer));
        }

        return Output(_tensors[_model.Layers[^1].Name]);
    }

    private Tensor Output(Tensor tensor)
    {
        if (tensor is not { Height: 1, Width: 1 } || tensor.Padding != default)
            throw new FormatException($"it ends in {tensor.Height}x{tensor.Width} positions, where features have one");
        var flat = _graph.Node("Flatten", OutputName, [tensor.Name], OnnxGraphBuilder.Attribute("axis", 1));
        _graph.Output(flat, null, tensor.Channels);
        return tensor with { Name = flat };
    }

    private Tensor Convert(KerasLayer layer) => layer.Kind switch
    {
        "InputLayer" => Image(layer),
        "ZeroPadding2D" => ZeroPadding(layer),
        "Conv2D" => Convolution(layer, isDepthwise: false),
        "DepthwiseConv2D" => Convolution(layer, isDepthwise: true),
        "BatchNormalization" => BatchNormalization(layer),
        "ReLU" => Relu(layer, Unpadded(layer), layer.Number("max_value")),
        "Activation" => Activation(layer, Unpadded(layer)),
        "Add" => Add(layer),
        "AveragePooling2D" => AveragePooling(layer),
        "GlobalAveragePooling2D" => GlobalPooling(layer),
        "Dropout" => Input(layer),
        // One position is the same flat or not; Features() flattens the last tensor.
        "Flatten" when Unpadded(layer) is { Height: 1, Width: 1 } tensor => tensor,
        _ => throw new FormatException($"its layer {layer.Name} is a {layer.Kind}, which Pomona cannot convert"),
    };

    private Tensor Image(KerasLayer layer)
        => layer.Lengths("batch_input_shape") is [_, > 0 and int height, > 0 and int width, 3]
            ? new Tensor(_graph.Input(InputName, null, 3, height, width), height, width, 3)
            : throw new FormatException("its input is not a three-channel image of a fixed size");

    private Tensor ZeroPadding(KerasLayer layer)
    {
        ChannelsLast(layer);
        var input = Input(layer);
        return input with { Padding = input.Padding + layer.Zeros() };
    }

    private Tensor Convolution(KerasLayer layer, bool isDepthwise)
    {
        ChannelsLast(layer);
        var input = Input(layer);
        var kernel = Weights(layer, isDepthwise ? "depthwise_kernel" : "kernel");
        if (kernel.Shape is not [var height, var width, var inputs, var last] || inputs != input.Channels)
            throw new FormatException($"the kernel of its layer {layer.Name} does not fit its input");
        if (layer.Pair("dilation_rate", 1) != (1, 1) || layer.Number("groups") is not (null or 1))
            throw new FormatException($"its layer {layer.Name} is dilated or grouped, which Pomona cannot convert");

        var outputs = isDepthwise ? inputs * last : last;
        var (strideY, strideX) = layer.Pair("strides", 1);
        var padding = Padding(layer, input, height, width, strideY, strideX);
        var weights = _graph.Weights(
            layer.Name + "/kernel", ChannelsFirst(kernel, isDepthwise), outputs, isDepthwise ? 1 : inputs, height, width);
        string[] operands = layer.Flag("use_bias") == true
            ? [input.Name, weights, _graph.Weights(layer.Name + "/bias", Weights(layer, "bias").Values, outputs)]
            : [input.Name, weights];
        var output = _graph.Node("Conv", layer.Name, operands,
            OnnxGraphBuilder.Attribute("group", isDepthwise ? inputs : 1),
            OnnxGraphBuilder.ListAttribute("kernel_shape", height, width),
            OnnxGraphBuilder.ListAttribute("pads", padding.Pads),
            OnnxGraphBuilder.ListAttribute("strides", strideY, strideX));
        return Activation(layer, new Tensor(
            output,
            (input.Height + padding.Top + padding.Bottom - height) / strideY + 1,
            (input.Width + padding.Left + padding.Right - width) / strideX + 1,
            outputs));
    }

    private Tensor BatchNormalization(KerasLayer layer)
    {
        var input = Unpadded(layer);
        if (layer.Pair("axis", -1).Vertical is not (-1 or 3))
            throw new FormatException($"its layer {layer.Name} does not normalise channels");

        var ones = new float[input.Channels];
        Array.Fill(ones, 1);
        string Parameter(string name, float[]? instead)
            => _graph.Weights($"{layer.Name}/{name}", instead ?? Weights(layer, name).Values, input.Channels);
        var output = _graph.Node("BatchNormalization", layer.Name,
        [
            input.Name,
            Parameter("gamma", layer.Flag("scale") == false ? ones : null),
            Parameter("beta", layer.Flag("center") == false ? new float[input.Channels] : null),
            Parameter("moving_mean", null),
            Parameter("moving_variance", null),
        ], OnnxGraphBuilder.Attribute("epsilon", (float)(layer.Number("epsilon") ?? 1e-3)));
        return input with { Name = output };
    }

    private Tensor Activation(KerasLayer layer, Tensor input) => layer.Text("activation") switch
    {
        null or "linear" => input,
        "relu" => Relu(layer, input, null),
        "relu6" => Relu(layer, input, 6),
        var other => throw new FormatException($"its layer {layer.Name} has the activation {other}, which Pomona cannot convert"),
    };

    private Tensor Relu(KerasLayer layer, Tensor input, double? most)
    {
        if (layer.Number("negative_slope") is not (null or 0) || layer.Number("threshold") is not (null or 0))
            throw new FormatException($"its layer {layer.Name} is a leaky or shifted ReLU, which Pomona cannot convert");
        var name = layer.Kind == "ReLU" ? layer.Name : layer.Name + "/relu";
        return input with
        {
            Name = most is { } limit
                ? _graph.Node("Clip", name,
                    [input.Name, _graph.Weights(name + "/least", [0f]), _graph.Weights(name + "/most", [(float)limit])])
                : _graph.Node("Relu", name, [input.Name]),
        };
    }

    private Tensor Add(KerasLayer layer)
    {
        Tensor first = Unpadded(layer), second = Unpadded(layer, 1);
        if (layer.Inputs.Count != 2 || first with { Name = second.Name } != second)
            throw new FormatException($"its layer {layer.Name} does not add two tensors of one shape");
        return first with { Name = _graph.Node("Add", layer.Name, [first.Name, second.Name]) };
    }

    private Tensor AveragePooling(KerasLayer layer)
    {
        ChannelsLast(layer);
        var input = Unpadded(layer);
        var (height, width) = layer.Pair("pool_size", 2);
        if ((height, width) == (input.Height, input.Width))
            return GlobalPooling(layer);

        var (strideY, strideX) = layer.Config["strides"] is null ? (height, width) : layer.Pair("strides", 1);
        var padding = Padding(layer, input, height, width, strideY, strideX);
        return new Tensor(
            // TensorFlow leaves the padding out of the mean, as ONNX does unless told otherwise.
            _graph.Node("AveragePool", layer.Name, [input.Name],
                OnnxGraphBuilder.ListAttribute("kernel_shape", height, width),
                OnnxGraphBuilder.ListAttribute("pads", padding.Pads),
                OnnxGraphBuilder.ListAttribute("strides", strideY, strideX)),
            (input.Height + padding.Top + padding.Bottom - height) / strideY + 1,
            (input.Width + padding.Left + padding.Right - width) / strideX + 1,
            input.Channels);
    }

    private Tensor GlobalPooling(KerasLayer layer)
    {
        ChannelsLast(layer);
        var input = Unpadded(layer);
        return new Tensor(_graph.Node("GlobalAveragePool", layer.Name, [input.Name]), 1, 1, input.Channels);
    }

    // Keras's kernels are [height, width, in, out]; ONNX wants [out, in, height, width].
    private static float[] ChannelsFirst(WeightTensor kernel, bool isDepthwise)
    {
        int area = kernel.Shape[0] * kernel.Shape[1], inputs = kernel.Shape[2], last = kernel.Shape[3];
        var turned = new float[kernel.Values.Length];
        for (var position = 0; position < area; position++)
            for (var i = 0; i < inputs; i++)
                for (var o = 0; o < last; o++)
                    turned[(isDepthwise ? i * last + o : o * inputs + i) * area + position] =
                        kernel.Values[(position * inputs + i) * last + o];
        return turned;
    }

    private static SpatialPadding Padding(KerasLayer layer, Tensor input, int height, int width, int strideY, int strideX)
        => layer.Text("padding") switch
        {
            null or "valid" => input.Padding,
            "same" => input.Padding + SpatialPadding.Same(
                input.Height + input.Padding.Top + input.Padding.Bottom,
                input.Width + input.Padding.Left + input.Padding.Right,
                height, width, strideY, strideX),
            var other => throw new FormatException($"its layer {layer.Name} has the padding {other}, which Pomona cannot convert"),
        };

    private static void ChannelsLast(KerasLayer layer)
    {
        if (layer.Text("data_format") is not (null or "channels_last"))
            throw new FormatException($"its layer {layer.Name} has the channels first, which Pomona cannot convert");
    }

    private WeightTensor Weights(KerasLayer layer, string name)
        => _model.Weights.TryGetValue($"{layer.Name}/{name}", out var weights)
            ? weights
            : throw new FormatException($"the weights {layer.Name}/{name} are missing");

    private Tensor Input(KerasLayer layer, int index = 0)
        => index < layer.Inputs.Count && _tensors.TryGetValue(layer.Inputs[index], out var tensor)
            ? tensor
            : throw new FormatException($"its layer {layer.Name} takes what no layer before it makes");

    private Tensor Unpadded(KerasLayer layer, int index = 0)
        => Input(layer, index) is { Padding: var padding } tensor && padding == default
            ? tensor
            : throw new FormatException($"its layer {layer.Name} takes padded zeros, which Pomona converts only before convolutions");

    private sealed record Tensor(string Name, int Height, int Width, int Channels, SpatialPadding Padding = default);
}
