using Google.Protobuf;
using Pomona.Contracts;
using Pomona.Vision.Models;
using Pomona.Vision.Models.Onnx;

namespace Pomona.Vision.Tests.Models;

public sealed class FeatureModelTests
{
    private static readonly ModelDescription Said = new(Scaling: PixelScaling.ZeroToOne);

    public static TheoryData<string> Heads => [.. HeadsByName.Keys];

    private static Dictionary<string, Func<OnnxGraphBuilder, string, string>> HeadsByName { get; } = new()
    {
        ["Gemm"] = SmallModels.Gemm,
        ["MatMul and Add"] = SmallModels.MatMulAdd,
        ["MatMul without bias"] = (graph, features) => graph.Node(
            "MatMul", "logits", [features, graph.Weights("weights", [1, 2, 3, 4, 5, 6], 3, 2)]),
        ["Gemm, Softmax"] = (graph, features) => graph.Node("Softmax", "classes", [SmallModels.Gemm(graph, features)]),
        ["MatMul, Add, Identity, Sigmoid"] = (graph, features) => graph.Node(
            "Sigmoid", "classes", [graph.Node("Identity", "same", [SmallModels.MatMulAdd(graph, features)])]),
        ["Gemm of turned weights, Flatten, LogSoftmax"] = (graph, features) => graph.Node("LogSoftmax", "classes",
            [graph.Node("Flatten", "again", [graph.Node("Gemm", "logits",
                [features, graph.Node("Transpose", "turned", [graph.Weights("weights", [1, 2, 3, 4, 5, 6], 2, 3)])])])]),
        ["Dropout, Gemm"] = (graph, features) => SmallModels.Gemm(graph, graph.Node("Dropout", "kept", [features])),
    };

    [Theory]
    [MemberData(nameof(Heads))]
    public void The_last_layer_is_dropped_and_what_only_it_needed(string head)
    {
        var whole = SmallModels.Classifier(HeadsByName[head]);

        var model = FeatureModel.Prepare(whole.ToByteArray(), "fruit.onnx", Said, null);

        Assert.False(model.IsUnchanged);
        Assert.Equal((3, 4, 4, TensorLayout.Nchw), (model.Metadata.FeatureWidth, model.Metadata.InputWidth,
            model.Metadata.InputHeight, model.Metadata.Layout));
        var graph = ModelProto.Parser.ParseFrom(model.Bytes).Graph;
        Assert.Empty(graph.Initializer);
        Assert.DoesNotContain(graph.Node, node => node.OpType is "Gemm" or "MatMul" or "Softmax" or "Transpose");
        Assert.Equal([10 / 255.0, 20 / 255.0, 30 / 255.0], Features(model, 10, 20, 30), new Near(1e-6));
    }

    [Theory]
    [InlineData(null, 3)]
    [InlineData("logits", 2)]
    [InlineData("means", 3)]
    public void A_model_that_computes_in_float16_ends_in_float32(string? output, int width)
    {
        var model = FeatureModel.Prepare(SmallModels.Halved().ToByteArray(), "half.onnx", Said, output);

        Assert.Equal(width, model.Metadata.FeatureWidth);
        if (width == 3)
            Assert.Equal([10 / 255.0, 20 / 255.0, 30 / 255.0], Features(model, 10, 20, 30), new Near(1e-4));
    }

    [Fact]
    public void Features_in_float16_at_the_end_of_a_whole_model_become_float32()
    {
        var whole = SmallModels.Halved();
        var graph = whole.Graph;
        graph.Node.Clear();
        var builder = new OnnxGraphBuilder(graph);
        builder.Node("GlobalAveragePool", "features", [builder.Node("Cast", "half", ["image"], OnnxGraphBuilder.Attribute("to", 10))]);
        graph.Initializer.Clear();
        graph.Output[0].Name = "features";
        graph.Output[0].Type.TensorType = new TypeProto.Types.Tensor { ElemType = (int)TensorProto.Types.DataType.Float16 };

        var model = FeatureModel.Prepare(whole.ToByteArray(), "half.onnx", Said, null);

        Assert.Equal([10 / 255.0, 20 / 255.0, 30 / 255.0], Features(model, 10, 20, 30), new Near(1e-4));
    }

    [Fact]
    public void Of_several_layers_in_a_head_only_the_last_is_dropped()
    {
        var whole = SmallModels.Classifier((graph, features) => graph.Node("Gemm", "classes",
            [graph.Node("Relu", "hidden", [SmallModels.Gemm(graph, features)]), graph.Weights("last", [1, 1, 1, 1], 2, 2)]));

        var model = FeatureModel.Prepare(whole.ToByteArray(), "fruit.onnx", Said, null);

        Assert.Equal(("hidden", 2), (model.Metadata.OutputName, model.Metadata.FeatureWidth));
    }

    [Fact]
    public void The_shape_arithmetic_that_exporters_leave_before_the_last_layer_stays()
    {
        // As PyTorch exports x.reshape(x.shape[0], -1): the batch's length comes from the graph itself.
        var whole = SmallModels.Classifier((graph, features) =>
        {
            var shape = graph.Node("Shape", "shape", [features]);
            var flat = graph.Node("Reshape", "reshaped", [features, shape]);
            return SmallModels.Gemm(graph, flat);
        });

        var model = FeatureModel.Prepare(whole.ToByteArray(), "fruit.onnx", Said, null);

        Assert.Equal([1 / 255.0, 2 / 255.0, 3 / 255.0], Features(model, 1, 2, 3), new Near(1e-6));
    }

    [Fact]
    public void A_named_tensor_goes_before_the_last_layer()
    {
        var whole = SmallModels.Classifier(SmallModels.Gemm);

        Assert.Equal("means", FeatureModel.Prepare(whole.ToByteArray(), "x.onnx", Said, "means").Metadata.OutputName);
        Assert.Equal("means", FeatureModel.Prepare(
            whole.ToByteArray(), "x.onnx", Said with { Output = "means" }, null).Metadata.OutputName);
        var unchanged = FeatureModel.Prepare(whole.ToByteArray(), "x.onnx", Said, "logits");
        Assert.True(unchanged.IsUnchanged);
        Assert.Equal(2, unchanged.Metadata.FeatureWidth);
        Assert.StartsWith("The model x.onnx computes no tensor 'bias' from the image",
            Refused(whole, Said, "bias"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_without_a_head_is_used_as_it_is()
    {
        var bytes = SmallModels.ChannelMeans(true, 4, 4);

        var model = FeatureModel.Prepare(bytes, "means.onnx", Said, null);

        Assert.Same(bytes, model.Bytes);
        Assert.Equal(("means", 3, Sha256Text.Of(bytes)),
            (model.Metadata.Name, model.Metadata.FeatureWidth, model.Metadata.Sha256));
    }

    [Fact]
    public void A_cut_model_says_itself_what_it_is_and_is_not_cut_again()
    {
        var whole = SmallModels.Classifier((graph, features) => graph.Node("Gemm", "classes",
            [SmallModels.Gemm(graph, features), graph.Weights("last", [1, 1, 1, 1], 2, 2)]));
        var cut = FeatureModel.Prepare(whole.ToByteArray(), "fruit.onnx", Said with { Name = "Fruit" }, null);

        var again = FeatureModel.Prepare(cut.Bytes, "copy.onnx", null, null);

        Assert.True(again.IsUnchanged);
        Assert.Equal(cut.Metadata with { Source = again.Metadata.Source }, again.Metadata);
    }

    [Fact]
    public void Fields_that_the_schema_leaves_out_survive()
    {
        var whole = SmallModels.Classifier(SmallModels.Gemm);
        // ModelProto.functions, 25, of the official schema: one function without content but a name, field 1.
        byte[] functions = [(25 << 3 | 2) & 0x7f | 0x80, 25 >> 4, 3, 0x0a, 1, (byte)'f'];

        var model = FeatureModel.Prepare([.. whole.ToByteArray(), .. functions], "fruit.onnx", Said, null);

        Assert.True(model.Bytes.AsSpan().IndexOf(functions) >= 0);
    }

    [Fact]
    public void A_model_that_does_not_say_how_pixels_are_scaled_is_refused_with_what_to_write()
        => Assert.Equal(
            "Nothing says how the pixels of the model a/fruit.onnx are scaled: put {\"scaling\": \"minusOneToOne\"} (x/127.5-1), "
            + "\"zeroToOne\" (x/255), \"imageNet\" (ImageNet's mean and deviation) or {\"mean\": [r, g, b], \"scale\": [r, g, b]} "
            + "into a/fruit.json.",
            Assert.Throws<ModelException>(
                () => FeatureModel.Prepare(SmallModels.ChannelMeans(true, 4, 4), "a/fruit.onnx", null, null)).Message);

    [Fact]
    public void A_sidecar_of_another_file_is_refused()
        => Assert.Contains("describes another file", Refused(
            SmallModels.Classifier(SmallModels.Gemm), Said with { Sha256 = new string('0', 64) }), StringComparison.Ordinal);

    [Fact]
    public void An_unknown_head_is_refused_by_its_name()
    {
        var message = Refused(SmallModels.Classifier((graph, features) => graph.Node("Erf", "odd", [features])));

        Assert.Contains("no head that Pomona recognises", message, StringComparison.Ordinal);
        Assert.Contains("finds a Erf", message, StringComparison.Ordinal);
        Assert.Contains("--model-output", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_product_of_two_parts_of_the_image_is_no_head()
        => Assert.Contains("finds a MatMul", Refused(SmallModels.Classifier((graph, features) => graph.Node("MatMul", "odd",
            [features, graph.Node("Transpose", "turned", [features])]))), StringComparison.Ordinal);

    [Fact]
    public void Several_outputs_need_a_name()
    {
        var model = SmallModels.Classifier(SmallModels.Gemm);
        model.Graph.Output.Add(new ValueInfoProto { Name = "means" });

        Assert.Contains("the outputs logits, means: name the features with --model-output", Refused(model), StringComparison.Ordinal);
        Assert.Equal(3, FeatureModel.Prepare(model.ToByteArray(), "x.onnx", Said, "means").Metadata.FeatureWidth);
    }

    [Fact]
    public void Weights_in_another_file_are_refused()
    {
        var model = SmallModels.Classifier(SmallModels.Gemm);
        model.Graph.Initializer[0].DataLocation = TensorProto.Types.DataLocation.External;

        Assert.Contains("'weights'", Refused(model), StringComparison.Ordinal);
        Assert.Contains("save it again as one file", Refused(model), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a constant")]
    [InlineData("a graph within a graph")]
    [InlineData("a sparse initializer")]
    [InlineData("a function")]
    public void Weights_in_another_file_are_refused_wherever_the_graph_has_them(string place)
    {
        var model = SmallModels.Classifier(SmallModels.Gemm);
        Add(new TensorProto { Name = place, DataLocation = TensorProto.Types.DataLocation.External }, model);

        Assert.Contains($"keeps weights ('{place}') in a file beside it", Refused(model), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a constant")]
    [InlineData("a graph within a graph")]
    [InlineData("a sparse initializer")]
    [InlineData("a function")]
    public void A_tensor_that_claims_more_numbers_than_it_holds_is_refused_before_anything_is_allocated(string place)
    {
        foreach (var dims in (long[][])[[1L << 40], [1L << 40, 1L << 40], [-1], [3]])
        {
            var model = SmallModels.Classifier(SmallModels.Gemm);
            Add(new TensorProto { Name = place, Dims = { dims }, DataType = (int)TensorProto.Types.DataType.Float, FloatData = { 1, 2 } }, model);

            Assert.Contains($"its tensor '{place}' claims", Refused(model), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Functions_that_call_each_other_without_end_or_for_too_many_nodes_are_refused()
    {
        static NodeProto Call(string function) => new() { OpType = function, Domain = "own", Output = { function } };

        var ring = SmallModels.Classifier(SmallModels.Gemm);
        ring.Functions.Add(new FunctionProto { Domain = "own", Name = "a", Node = { Call("b") } });
        ring.Functions.Add(new FunctionProto { Domain = "own", Name = "b", Node = { Call("a") } });
        ring.Graph.Node.Add(Call("a"));
        Assert.Contains("functions that call each other", Refused(ring), StringComparison.Ordinal);

        var laughs = SmallModels.Classifier(SmallModels.Gemm);
        for (var level = 0; level < 9; level++)
        {
            laughs.Functions.Add(new FunctionProto
            {
                Domain = "own",
                Name = $"l{level}",
                Node = { Enumerable.Range(0, 10).Select(_ => Call($"l{level + 1}")) },
            });
        }

        laughs.Graph.Node.Add(Call("l0"));
        Assert.Contains("functions that call each other", Refused(laughs), StringComparison.Ordinal);
    }

    [Fact]
    public void A_ring_of_layers_is_refused()
    {
        var model = SmallModels.Classifier(SmallModels.Gemm);
        model.Graph.Node.Add(new NodeProto { OpType = "Identity", Input = { "there" }, Output = { "here" } });
        model.Graph.Node.Add(new NodeProto { OpType = "Identity", Input = { "here" }, Output = { "there" } });
        model.Graph.Output[0].Name = "here";

        Assert.Contains("a ring of layers", Refused(model), StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_model_says_of_itself_is_one_short_line()
    {
        var model = SmallModels.Classifier(SmallModels.Gemm);
        var said = new ModelDescription("nice\n\nAction needed: https://example.test/\u202Ereversed" + new string('x', 500), "from\r\nhere", Scaling: PixelScaling.ZeroToOne);
        model.MetadataProps.Add(new StringStringEntryProto { Key = ModelDescription.PropertyKey, Value = said.ToJson() });

        var metadata = FeatureModel.Prepare(model.ToByteArray(), "x.onnx", null, null).Metadata;

        Assert.StartsWith("nice\\u000a\\u000aAction needed", metadata.Name, StringComparison.Ordinal);
        Assert.InRange(metadata.Name.Length, 80, 100);
        Assert.All(metadata.Name + metadata.Source, shown => Assert.False(char.IsControl(shown)));
        Assert.DoesNotContain('\u202E', metadata.Name);
    }

    [Fact]
    public void Graphs_nested_without_end_are_refused()
    {
        var model = SmallModels.Classifier(SmallModels.Gemm);
        var nested = new GraphProto();
        for (var depth = 0; depth < 1000; depth++)
            nested = new GraphProto { Node = { Branch(nested) } };
        model.Graph.Node.Add(Branch(nested));

        Assert.Contains("is not an ONNX model", Refused(model), StringComparison.Ordinal);
    }

    /// <summary>Adds a tensor at the place that its name says.</summary>
    private static void Add(TensorProto tensor, ModelProto model)
    {
        switch (tensor.Name)
        {
            case "a constant":
                model.Graph.Node.Add(Constant(tensor));
                break;
            case "a graph within a graph":
                model.Graph.Node.Add(Branch(new GraphProto { Node = { Constant(tensor) } }));
                break;
            case "a sparse initializer":
                model.Graph.SparseInitializer.Add(new SparseTensorProto { Indices = tensor });
                break;
            default:
                model.Functions.Add(new FunctionProto { Name = "f", Node = { Branch(new GraphProto { Initializer = { tensor } }) } });
                break;
        }
    }

    private static NodeProto Constant(TensorProto tensor)
        => new() { OpType = "Constant", Output = { "constant" }, Attribute = { new AttributeProto { Name = "value", T = tensor } } };

    private static NodeProto Branch(GraphProto inner)
        => new() { OpType = "If", Output = { "branch" }, Attribute = { new AttributeProto { Name = "then_branch", G = inner } } };

    [Theory]
    [InlineData(new long[] { 1, 4, 4 }, "not a three-channel image: its shape is [1, 4, 4]")]
    [InlineData(new long[] { 0, 1, 28, 28 }, "not a three-channel image: its shape is [?, 1, 28, 28]")]
    [InlineData(new long[] { 0, 28, 28, 4 }, "not a three-channel image")]
    [InlineData(new long[] { 8, 3, 28, 28 }, "exactly 8 images at once")]
    [InlineData(new long[] { 0, 3, 0, 0 }, "images of any width, and nothing says which one to use: put \"width\" into")]
    [InlineData(new long[] { 0, 0, 28, 0 }, "which axis of its input 'image' holds the colours")]
    [InlineData(new long[] { 0, 3, 5, 3 }, "which axis of its input 'image' holds the colours")]
    [InlineData(new long[] { 0, 3, 5000, 28 }, "images of height 5000: the most is 4096")]
    public void An_input_that_is_no_fitting_image_is_refused(long[] shape, string reason)
        => Assert.Contains(reason, Refused(WithInput(shape)), StringComparison.Ordinal);

    [Fact]
    public void A_description_fills_in_what_the_graph_leaves_open_but_cannot_contradict_it()
    {
        var said = Said with { Width = 6, Height = 5, Layout = TensorLayout.Nchw };
        var model = FeatureModel.Prepare(WithInput([0, 0, 0, 0]).ToByteArray(), "x.onnx", said, null);

        Assert.Equal((6, 5, TensorLayout.Nchw),
            (model.Metadata.InputWidth, model.Metadata.InputHeight, model.Metadata.Layout));
        Assert.Contains("takes images of width 7, but its description says 6",
            Refused(WithInput([0, 3, 5, 7]), said), StringComparison.Ordinal);
        Assert.Contains("not a three-channel image",
            Refused(WithInput([0, 3, 5, 6]), said with { Layout = TensorLayout.Nhwc }), StringComparison.Ordinal);
    }

    [Fact]
    public void Images_of_bytes_are_refused()
    {
        var model = SmallModels.Classifier(SmallModels.Gemm);
        model.Graph.Input[0].Type.TensorType.ElemType = (int)TensorProto.Types.DataType.Uint8;

        Assert.Contains("takes 'image' as Uint8; Pomona feeds float32", Refused(model), StringComparison.Ordinal);
    }

    [Fact]
    public void Two_inputs_are_refused_but_weights_among_the_inputs_are_not()
    {
        var model = SmallModels.Classifier(SmallModels.Gemm);
        model.Graph.Input.Add(new ValueInfoProto { Name = "weights", Type = model.Graph.Input[0].Type });
        Assert.Equal(3, FeatureModel.Prepare(model.ToByteArray(), "x.onnx", Said, null).Metadata.FeatureWidth);

        model.Graph.Input.Add(new ValueInfoProto { Name = "mask", Type = model.Graph.Input[0].Type });
        Assert.Contains("has 2 inputs (image, mask)", Refused(model), StringComparison.Ordinal);
    }

    [Fact]
    public void Random_bytes_and_parts_of_a_model_are_never_taken_for_one()
    {
        var whole = SmallModels.Classifier(SmallModels.Gemm).ToByteArray();
        var random = new Random(17);
        for (var round = 0; round < 500; round++)
        {
            var bytes = round % 2 == 0 ? whole[..random.Next(whole.Length - 1)] : new byte[random.Next(200)];
            if (round % 2 == 1)
                random.NextBytes(bytes);
            // Cut behind the graph, a model is whole but for what says which operators it uses; it does not run.
            Assert.ThrowsAny<ModelException>(() => FeatureSession.Load(FeatureModel.Prepare(bytes, "x.onnx", Said, null), "x.onnx"));
        }
    }

    [Fact]
    public void A_graph_that_does_not_run_is_refused_with_the_runtime_s_reason()
    {
        var model = SmallModels.Classifier(SmallModels.Gemm);
        model.Graph.Node[0].OpType = "NoSuchOperator";

        Assert.Contains("does not run in ONNX Runtime", Refused(model), StringComparison.Ordinal);
        Assert.Contains("NoSuchOperator", Refused(model), StringComparison.Ordinal);
    }

    private static ModelProto WithInput(long[] shape)
    {
        var model = SmallModels.Classifier(SmallModels.Gemm);
        var dims = model.Graph.Input[0].Type.TensorType.Shape.Dim;
        dims.Clear();
        dims.AddRange(shape.Select(length => length == 0
            ? new TensorShapeProto.Types.Dimension { DimParam = "any" }
            : new TensorShapeProto.Types.Dimension { DimValue = length }));
        return model;
    }

    private static string Refused(ModelProto model, ModelDescription? said = null, string? output = null)
    {
        var message = Assert.Throws<ModelException>(
            () => FeatureModel.Prepare(model.ToByteArray(), "x.onnx", said ?? Said, output)).Message;
        Assert.DoesNotContain('\n', message);
        Assert.EndsWith(".", message, StringComparison.Ordinal);
        return message;
    }

    private static double[] Features(FeatureModel model, byte red, byte green, byte blue)
    {
        using var session = FeatureSession.Load(model, "test");
        using var worker = session.CreateWorker();
        var image = new byte[4 * 4 * 3];
        for (var i = 0; i < image.Length; i += 3)
            (image[i], image[i + 1], image[i + 2]) = (red, green, blue);
        var features = new float[model.Metadata.FeatureWidth];
        worker.Run(image, features);
        return [.. features.Select(feature => (double)feature)];
    }

    private sealed class Near(double tolerance) : IEqualityComparer<double>
    {
        public bool Equals(double x, double y) => Math.Abs(x - y) <= tolerance;

        public int GetHashCode(double value) => 0;
    }
}
