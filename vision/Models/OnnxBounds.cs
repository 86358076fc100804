using Pomona.Contracts;
using Pomona.Vision.Models.Onnx;

namespace Pomona.Vision.Models;

/// <summary>
/// What a model file must keep to, whoever wrote it, before anything is computed from it: all of it is in the file, so that its
/// sha256 covers it; nothing in it claims more numbers than the file holds; and it ends, however its functions call each other.
/// </summary>
internal static class OnnxBounds
{
    private const long MostNodes = 1_000_000; // hundreds of times the largest classifiers
    private const int DeepestCall = 64;

    /// <summary>Sees that a model keeps to them.</summary>
    /// <exception cref="ModelException">It does not; the message says what does not.</exception>
    public static void Require(ModelProto model, string name)
    {
        foreach (var tensor in Tensors(model.Graph).Concat(model.Functions.SelectMany(function => function.Node.SelectMany(Tensors))))
            Require(tensor, name);
        var calls = new Calls(model, name);
        if (calls.Nodes(model.Graph.Node, 0) > MostNodes)
            throw calls.TooLarge();
    }

    private static void Require(TensorProto tensor, string name)
    {
        if (tensor.DataLocation == TensorProto.Types.DataLocation.External || tensor.ExternalData.Count > 0)
        {
            throw new ModelException(
                $"The model {name} keeps weights ('{Printable.Excerpt(tensor.Name, 60)}') in a file beside it (external data): "
                + "save it again as one file.");
        }

        UInt128 numbers = 1;
        foreach (var length in tensor.Dims)
        {
            if (length < 0)
                throw Claims(tensor, name, $"a length of {length}");
            numbers *= (ulong)length;
            if (numbers > long.MaxValue)
                throw Claims(tensor, name, "more numbers than there can be");
        }

        if (numbers > (UInt128)Held(tensor))
            throw Claims(tensor, name, $"{numbers} numbers");
    }

    /// <summary>How many numbers are there, at most.</summary>
    private static long Held(TensorProto tensor)
    {
        if (tensor.RawData.Length > 0)
            return tensor.RawData.Length * 8L / BitsOf(tensor.DataType);
        var perItem = BitsOf(tensor.DataType) < 8 ? 8 / BitsOf(tensor.DataType) : 1;
        return perItem * ((long)tensor.FloatData.Count + tensor.Int32Data.Count + tensor.Int64Data.Count + tensor.DoubleData.Count
            + tensor.Uint64Data.Count + tensor.StringData.Count);
    }

    // onnx.proto's TensorProto.DataType; those of less than a byte are packed.
    private static int BitsOf(int type) => (TensorProto.Types.DataType)type switch
    {
        TensorProto.Types.DataType.Float or TensorProto.Types.DataType.Int32 or TensorProto.Types.DataType.Uint32 => 32,
        TensorProto.Types.DataType.Uint16 or TensorProto.Types.DataType.Int16 or TensorProto.Types.DataType.Float16
            or TensorProto.Types.DataType.Bfloat16 => 16,
        TensorProto.Types.DataType.Int64 or TensorProto.Types.DataType.Uint64 or TensorProto.Types.DataType.Double
            or TensorProto.Types.DataType.Complex64 => 64,
        TensorProto.Types.DataType.Complex128 => 128,
        (TensorProto.Types.DataType)21 or (TensorProto.Types.DataType)22 or (TensorProto.Types.DataType)23 => 4, // UINT4, INT4, FLOAT4E2M1
        _ => 8,
    };

    private static ModelException Claims(TensorProto tensor, string name, string claim) => new(
        $"The model {name} is damaged: its tensor '{Printable.Excerpt(tensor.Name, 60)}' claims {claim} and does not hold them: "
        + "export it again, or give another one with --model.");

    private static IEnumerable<TensorProto> Tensors(GraphProto graph) => graph.Initializer
        .Concat(graph.SparseInitializer.SelectMany(Tensors))
        .Concat(graph.Node.SelectMany(Tensors));

    private static IEnumerable<TensorProto> Tensors(NodeProto node) => node.Attribute.SelectMany(attribute =>
        attribute.Tensors.Concat(attribute.T is null ? [] : [attribute.T])
            .Concat(attribute.SparseTensors.SelectMany(Tensors))
            .Concat(attribute.SparseTensor is null ? [] : Tensors(attribute.SparseTensor))
            .Concat(Graphs(attribute).SelectMany(Tensors)));

    private static IEnumerable<TensorProto> Tensors(SparseTensorProto sparse)
        => ((TensorProto?[])[sparse.Values, sparse.Indices]).OfType<TensorProto>();

    private static IEnumerable<GraphProto> Graphs(AttributeProto attribute)
        => attribute.G is null ? attribute.Graphs : attribute.Graphs.Append(attribute.G);

    /// <summary>The model's own functions, and how many nodes a call of each stands for once all calls in it are written out.</summary>
    private sealed class Calls(ModelProto model, string name)
    {
        private readonly Dictionary<(string, string), FunctionProto> _functions = model.Functions
            .GroupBy(function => (function.Domain, function.Name)).ToDictionary(same => same.Key, same => same.Last());

        private readonly Dictionary<(string, string), long> _nodes = [];

        public ModelException TooLarge() => new(
            $"The model {name} has functions that call each other too deep, without end, or for more than {MostNodes} nodes: "
            + "export it again without functions (onnx.inliner), or give another one with --model.");

        public long Nodes(IEnumerable<NodeProto> nodes, int depth)
        {
            if (depth > DeepestCall)
                throw TooLarge();

            long count = 0;
            foreach (var node in nodes)
            {
                count += 1 + NodesOf((node.Domain, node.OpType), depth);
                foreach (var graph in node.Attribute.SelectMany(Graphs))
                    count += Nodes(graph.Node, depth);
                if (count > MostNodes)
                    throw TooLarge();
            }

            return count;
        }

        private long NodesOf((string, string) called, int depth)
        {
            if (!_functions.TryGetValue(called, out var function))
                return 0;
            if (!_nodes.TryGetValue(called, out var nodes))
                _nodes[called] = nodes = Nodes(function.Node, depth + 1);
            return nodes;
        }
    }
}
