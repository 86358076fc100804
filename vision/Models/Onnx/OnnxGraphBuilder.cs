using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Google.Protobuf;

namespace Pomona.Vision.Models.Onnx;

/// <summary>Adds operators and weights to an ONNX graph; every call returns the name of the tensor it made.</summary>
/// <param name="graph">The graph to add to.</param>
internal sealed class OnnxGraphBuilder(GraphProto graph)
{
    /// <summary>The operator set that new models ask for: known to ONNX Runtime 1.6 (2020) and later.</summary>
    public const int Opset = 13;

    /// <summary>The IR version that goes with <see cref="Opset"/>.</summary>
    public const int IrVersion = 7;

    private readonly HashSet<string> _names = [.. graph.Input.Select(input => input.Name),
        .. graph.Initializer.Select(weights => weights.Name), .. graph.Node.SelectMany(node => node.Output.Append(node.Name))];

    /// <summary>The version of Pomona, as models carry it.</summary>
    public static string ProducerVersion { get; } =
        typeof(OnnxGraphBuilder).Assembly.GetName().Version?.ToString(3) ?? "0";

    /// <param name="name">Of its graph.</param>
    public static ModelProto NewModel(string name) => new()
    {
        IrVersion = IrVersion,
        ProducerName = "pomona",
        ProducerVersion = ProducerVersion,
        OpsetImport = { new OperatorSetIdProto { Version = Opset } },
        Graph = new GraphProto { Name = name },
    };

    /// <summary>Declares an input; a length of null is the batch axis.</summary>
    public string Input(string name, params ReadOnlySpan<long?> axes)
    {
        graph.Input.Add(FloatTensor(name, axes));
        _names.Add(name);
        return name;
    }

    public void Output(string name, params ReadOnlySpan<long?> axes) => graph.Output.Add(FloatTensor(name, axes));

    /// <summary>Adds float32 weights.</summary>
    /// <param name="name">What to call them; a number is added where the name is taken.</param>
    /// <param name="values">In row-major order.</param>
    /// <param name="axes">Their shape.</param>
    public string Weights(string name, ReadOnlySpan<float> values, params ReadOnlySpan<long> axes)
    {
        var bytes = new byte[values.Length * sizeof(float)];
        if (BitConverter.IsLittleEndian)
            MemoryMarshal.AsBytes(values).CopyTo(bytes);
        else
            for (var i = 0; i < values.Length; i++)
                BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), values[i]);

        return Weights(name, TensorProto.Types.DataType.Float, bytes, axes);
    }

    /// <summary>Adds a node with one output.</summary>
    /// <param name="operation">The ONNX operator.</param>
    /// <param name="output">What to call its output; a number is added where the name is taken.</param>
    /// <param name="inputs">The tensors that it takes.</param>
    /// <param name="attributes">Each an integer, integers or a float.</param>
    public string Node(string operation, string output, string[] inputs, params ReadOnlySpan<AttributeProto> attributes)
    {
        output = Unused(output);
        var node = new NodeProto { OpType = operation, Name = output, Output = { output } };
        node.Input.AddRange(inputs);
        foreach (var attribute in attributes)
            node.Attribute.Add(attribute);
        graph.Node.Add(node);
        return output;
    }

    public static AttributeProto Attribute(string name, long value)
        => new() { Name = name, Type = AttributeProto.Types.AttributeType.Int, I = value };

    public static AttributeProto Attribute(string name, float value)
        => new() { Name = name, Type = AttributeProto.Types.AttributeType.Float, F = value };

    /// <summary>An attribute of several integers.</summary>
    public static AttributeProto ListAttribute(string name, params ReadOnlySpan<long> values)
    {
        var attribute = new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Ints };
        foreach (var value in values)
            attribute.Ints.Add(value);
        return attribute;
    }

    private static ValueInfoProto FloatTensor(string name, ReadOnlySpan<long?> axes)
    {
        var shape = new TensorShapeProto();
        foreach (var axis in axes)
            shape.Dim.Add(axis is { } length
                ? new TensorShapeProto.Types.Dimension { DimValue = length }
                : new TensorShapeProto.Types.Dimension { DimParam = "N" });
        return new ValueInfoProto
        {
            Name = name,
            Type = new TypeProto
            {
                TensorType = new TypeProto.Types.Tensor { ElemType = (int)TensorProto.Types.DataType.Float, Shape = shape },
            },
        };
    }

    private string Weights(string name, TensorProto.Types.DataType type, byte[] bytes, ReadOnlySpan<long> axes)
    {
        name = Unused(name);
        var tensor = new TensorProto { Name = name, DataType = (int)type, RawData = UnsafeByteOperations.UnsafeWrap(bytes) };
        foreach (var axis in axes)
            tensor.Dims.Add(axis);
        graph.Initializer.Add(tensor);
        return name;
    }

    private string Unused(string name)
    {
        var unused = name;
        for (var number = 2; !_names.Add(unused); number++)
            unused = FormattableString.Invariant($"{name}_{number}");
        return unused;
    }
}
