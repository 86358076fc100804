using Pomona.Vision.Models.Onnx;

namespace Pomona.Vision.Tests.Models;

/// <summary>
/// What <c>onnx.checker.check_model</c> asks of a model and its main graph (onnx 1.18, <c>checker.cc</c>), and the versions
/// of the format that its <c>helper.VERSION_TABLE</c> gives for an operator set, read from the protobuf itself.
/// </summary>
internal static class OnnxRules
{
    // Operator set, and the version of the format that came with it.
    private static readonly (long Opset, long Ir)[] Versions =
        [(1, 3), (9, 4), (10, 5), (11, 6), (12, 7), (15, 8), (19, 9), (21, 10), (23, 11)];

    /// <summary>The rules that a file breaks, one sentence each.</summary>
    public static List<string> BrokenBy(byte[] file)
    {
        var broken = new List<string>();
        var model = ModelProto.Parser.ParseFrom(file);
        var graph = model.Graph;
        Require(model.IrVersion >= 3, "an IR version of 3 or later");
        Unique("metadata key", model.MetadataProps.Select(property => property.Key));
        Unique("operator set", model.OpsetImport.Select(import => import.Domain));
        var opset = model.OpsetImport.SingleOrDefault(import => import.Domain is "" or "ai.onnx")?.Version ?? 0;
        Require(opset > 0, "a version of the standard operators");
        Require(model.IrVersion >= Versions.Last(version => version.Opset <= Math.Max(opset, 1)).Ir,
            $"an IR version for operator set {opset}, not {model.IrVersion}");
        Require(graph.Name.Length > 0, "a name of the graph");
        foreach (var value in graph.Input.Concat(graph.Output))
        {
            Require(value.Name.Length > 0, "names of inputs and outputs");
            Require(value.Type?.TensorType is { ElemType: not 0, Shape: not null }, $"type and shape of {value.Name}");
        }

        var weights = graph.Initializer.Select(tensor => tensor.Name).ToList();
        Unique("input", graph.Input.Select(input => input.Name));
        Unique("weight", weights);
        if (model.IrVersion < 4)
            Require(weights.TrueForAll(graph.Input.Select(input => input.Name).Contains), "weights among the inputs");
        foreach (var tensor in graph.Initializer)
        {
            var numbers = tensor.Dims.Aggregate(1L, (product, length) => product * length);
            Require(tensor.DataType != (int)TensorProto.Types.DataType.Float || tensor.RawData.Length == 4 * numbers
                || tensor.FloatData.Count == numbers, $"as many numbers in {tensor.Name} as its shape has");
        }

        var known = graph.Input.Select(input => input.Name).Concat(weights).ToHashSet(StringComparer.Ordinal);
        Unique("node", graph.Node.Select(node => node.Name).Where(name => name.Length > 0));
        foreach (var node in graph.Node)
        {
            Require(node.OpType.Length > 0, "an operator of every node");
            Require(model.OpsetImport.Any(import => import.Domain == node.Domain), $"a version of the operators {node.Domain}");
            foreach (var input in node.Input.Where(name => name.Length > 0))
                Require(known.Contains(input), $"nodes in order: {node.OpType} takes {input} before it is made");
            Unique("attribute", node.Attribute.Select(attribute => attribute.Name));
            foreach (var output in node.Output.Where(name => name.Length > 0))
                Require(known.Add(output), $"one source of the tensor {output}");
        }

        foreach (var output in graph.Output)
            Require(known.Contains(output.Name), $"a source of the output {output.Name}");
        return broken;

        void Require(bool holds, string what)
        {
            if (!holds)
                broken.Add($"it lacks {what}");
        }

        void Unique(string what, IEnumerable<string> names)
        {
            foreach (var name in names.GroupBy(name => name, StringComparer.Ordinal).Where(group => group.Count() > 1))
                broken.Add($"it has the {what} '{name.Key}' {name.Count()} times");
        }
    }
}
