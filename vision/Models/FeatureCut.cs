using Pomona.Contracts;
using Pomona.Vision.Models.Onnx;

namespace Pomona.Vision.Models;

/// <summary>
/// Where a classifier's graph ends when its head is dropped: at the input of its last fully connected layer
/// (Gemm, or MatMul with or without Add), or at a tensor that is named.
/// </summary>
/// <param name="Tensor">The feature tensor.</param>
/// <param name="IsWhole">The graph ends there already: nothing is dropped.</param>
internal sealed record FeatureCut(string Tensor, bool IsWhole)
{
    // What may stand between the last layer and the output: none of these mixes one feature with another layer's work.
    private static readonly HashSet<string> Activations = new(StringComparer.Ordinal) { "Softmax", "LogSoftmax", "Sigmoid" };

    private static readonly HashSet<string> Reshapes = new(StringComparer.Ordinal)
    {
        "Cast", "Dropout", "Flatten", "Identity", "Reshape", "Squeeze", "Unsqueeze",
    };

    // A graph that ends in one of these ends in features: global pooling is what heads are put on.
    private static readonly HashSet<string> Poolings = new(StringComparer.Ordinal)
    {
        "AveragePool", "GlobalAveragePool", "GlobalMaxPool", "MaxPool", "ReduceMax", "ReduceMean",
    };

    /// <summary>Finds the feature tensor.</summary>
    /// <param name="graph">The model's graph.</param>
    /// <param name="input">The name of its image input.</param>
    /// <param name="output">The tensor to end at, or null to find it.</param>
    /// <param name="model">What to call the model in messages: its path.</param>
    /// <exception cref="ModelException">There is no such tensor, or no head is recognised.</exception>
    public static FeatureCut Find(GraphProto graph, string input, string? output, string model)
    {
        var producers = new Dictionary<string, NodeProto>(StringComparer.Ordinal);
        foreach (var node in graph.Node)
            foreach (var name in node.Output.Where(name => name.Length > 0))
                producers[name] = node;
        var fromImage = FromImage(graph, input);

        if (output is not null)
        {
            if (!producers.ContainsKey(output) || !fromImage.Contains(output))
                throw new ModelException(
                    $"The model {model} computes no tensor '{Printable.Excerpt(output, 60)}' from the image; "
                    + $"its outputs are {Names(graph)}.");
            return new FeatureCut(output, graph.Output is [var only] && only.Name == output);
        }

        if (graph.Output.Count != 1)
            throw new ModelException(
                $"The model {model} has the outputs {Names(graph)}: name the features with --model-output.");

        return Search(graph.Output[0].Name, producers, fromImage, model);
    }

    /// <summary>
    /// The model without its head: what only the head needed is gone, and nothing else has changed. Where the graph does not
    /// say what type the features are of, neither does the result.
    /// </summary>
    /// <param name="model">The whole model; it stays as it is.</param>
    public ModelProto Apply(ModelProto model)
    {
        var cut = model.Clone();
        var graph = cut.Graph;
        var known = graph.Output.Concat(graph.ValueInfo).FirstOrDefault(value => value.Name == Tensor);
        graph.Output.Clear();
        graph.Output.Add(known ?? new ValueInfoProto { Name = Tensor });
        Prune(graph);
        return cut;
    }

    /// <summary>Lets a model end in float32, whatever its features are computed in, and says so in full.</summary>
    /// <param name="model">A model that ends in features; changed.</param>
    /// <param name="input">The name of its image input.</param>
    /// <param name="features">What its only output is, for one image.</param>
    /// <returns>The name of its output.</returns>
    public static string EndInFloats(ModelProto model, string input, FeatureTensor features)
    {
        var graph = model.Graph;
        var output = graph.Output[0].Name;
        if (!features.IsFloat)
        {
            output = new OnnxGraphBuilder(graph).Node(
                "Cast", "features_float32", [output], OnnxGraphBuilder.Attribute("to", (long)TensorProto.Types.DataType.Float));
        }

        var isOneImage = graph.Input.First(value => value.Name == input).Type.TensorType.Shape?.Dim is [{ DimValue: > 0 }, ..];
        graph.Output.Clear();
        new OnnxGraphBuilder(graph).Output(
            output, [.. features.Shape.Select((length, axis) => axis == 0 && !isOneImage ? (long?)null : length)]);
        return output;
    }

    private static FeatureCut Search(
        string output, Dictionary<string, NodeProto> producers, HashSet<string> fromImage, string model)
    {
        var tensor = output;
        var isPlain = true;
        var seen = new HashSet<NodeProto>(ReferenceEqualityComparer.Instance);
        while (producers.TryGetValue(tensor, out var node))
        {
            if (node.Input.Count == 0 || !seen.Add(node))
                throw NoHead(model, output, "a ring of layers, or one without input,");
            if (node.OpType is "Gemm" or "MatMul" && IsFullyConnected(node, fromImage))
                return new FeatureCut(node.Input[0], false);
            if (isPlain && Poolings.Contains(node.OpType))
                return new FeatureCut(output, true);

            if (Reshapes.Contains(node.OpType))
                tensor = node.Input[0];
            else if (Activations.Contains(node.OpType))
                (tensor, isPlain) = (node.Input[0], false);
            else if (node.OpType == "Add" && node.Input.Count(fromImage.Contains) == 1)
                (tensor, isPlain) = (node.Input.Single(fromImage.Contains), false);
            else
                throw NoHead(model, output, $"a {Printable.Excerpt(node.OpType, 40)}");
        }

        throw NoHead(model, output, "no layer at all");
    }

    private static bool IsFullyConnected(NodeProto node, HashSet<string> fromImage)
        => node.Input.Count >= 2 && fromImage.Contains(node.Input[0]) && !node.Input.Skip(1).Any(fromImage.Contains)
            && !node.Attribute.Any(attribute => attribute is { Name: "transA", I: not 0 });

    private static HashSet<string> FromImage(GraphProto graph, string input)
    {
        // ONNX keeps nodes in topological order, so that one pass is enough.
        var reached = new HashSet<string>(StringComparer.Ordinal) { input };
        foreach (var node in graph.Node)
            if (Needs(node).Any(reached.Contains))
                reached.UnionWith(node.Output.Where(name => name.Length > 0));
        return reached;
    }

    private static void Prune(GraphProto graph)
    {
        var needed = graph.Output.Select(output => output.Name).ToHashSet(StringComparer.Ordinal);
        var nodes = new List<NodeProto>();
        foreach (var node in graph.Node.Reverse())
        {
            if (!node.Output.Any(needed.Contains))
                continue;
            nodes.Add(node);
            needed.UnionWith(Needs(node));
        }

        nodes.Reverse();
        graph.Node.Clear();
        graph.Node.AddRange(nodes);
        needed.UnionWith(nodes.SelectMany(node => node.Output));

        Keep(graph.Initializer, tensor => needed.Contains(tensor.Name));
        Keep(graph.SparseInitializer, tensor => needed.Contains(tensor.Values?.Name ?? ""));
        Keep(graph.Input, value => needed.Contains(value.Name));
        Keep(graph.ValueInfo, value => needed.Contains(value.Name));
        Keep(graph.QuantizationAnnotation, annotation => needed.Contains(annotation.TensorName));
    }

    private static void Keep<T>(Google.Protobuf.Collections.RepeatedField<T> items, Func<T, bool> isNeeded)
    {
        var kept = items.Where(isNeeded).ToList();
        items.Clear();
        items.AddRange(kept);
    }

    // A node also needs what the graphs inside it (If, Loop, Scan) take from outside.
    private static IEnumerable<string> Needs(NodeProto node)
        => node.Input.Where(name => name.Length > 0).Concat(
            node.Attribute.SelectMany(attribute => attribute.G is null ? attribute.Graphs : attribute.Graphs.Append(attribute.G))
                .SelectMany(graph => graph.Node.SelectMany(Needs).Concat(graph.Output.Select(output => output.Name))));

    private static string Names(GraphProto graph)
        => Printable.Excerpt(string.Join(", ", graph.Output.Select(output => output.Name)));

    private static ModelException NoHead(string model, string output, string found)
        => new($"The model {model} has no head that Pomona recognises: back from its output '{Printable.Excerpt(output, 60)}' "
            + $"it finds {found} where a fully connected layer (Gemm or MatMul) or global pooling is expected; "
            + "name the feature layer with --model-output.");
}
