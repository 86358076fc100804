using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Pomona.Vision.Models.TensorFlowJs;

namespace Pomona.Vision.Tests.Models.TensorFlowJs;

/// <summary>Small Keras models, whose features are worked out here by the definitions of their layers.</summary>
public sealed class LayersModelToOnnxTests
{
    private const string Pool = """{name:"pool",class_name:"GlobalAveragePooling2D",config:{},inbound_nodes:[[["LAST",0,0,{}]]]}""";

    [Theory]
    [InlineData(5, 1)]
    [InlineData(6, 2)]
    [InlineData(7, 2)]
    [InlineData(7, 3)]
    public void Padding_the_same_puts_the_odd_zero_at_the_end(int size, int stride)
    {
        var kernel = Numbers(3 * 3 * 3 * 2, 1);
        var model = Model(size, [
            $$"""{name:"conv",class_name:"Conv2D",config:{strides:[{{stride}},{{stride}}],padding:"same",use_bias:!0,activation:"relu"},inbound_nodes:[[["in",0,0,{}]]]}""",
            Pool.Replace("LAST", "conv", StringComparison.Ordinal)],
            ("conv/kernel", [3, 3, 3, 2], kernel), ("conv/bias", [2], [0.25f, -0.5f]));
        var image = Numbers(size * size * 3, 2);

        // TensorFlow: ceil(size / stride) outputs, and the zeros that they need, the smaller half before.
        var outputs = (size + stride - 1) / stride;
        var before = Math.Max((outputs - 1) * stride + 3 - size, 0) / 2;
        var expected = new double[2];
        for (var oy = 0; oy < outputs; oy++)
            for (var ox = 0; ox < outputs; ox++)
                for (var o = 0; o < 2; o++)
                {
                    var sum = o == 0 ? 0.25 : -0.5;
                    for (var ky = 0; ky < 3; ky++)
                        for (var kx = 0; kx < 3; kx++)
                            for (var i = 0; i < 3; i++)
                                sum += At(image, size, oy * stride + ky - before, ox * stride + kx - before, i)
                                    * kernel[((ky * 3 + kx) * 3 + i) * 2 + o];
                    expected[o] += Math.Max(sum, 0) / (outputs * outputs);
                }

        AssertClose(expected, Run(model, image, size));
    }

    [Fact]
    public void Zero_padding_belongs_to_the_convolution_after_it()
    {
        var kernel = Numbers(3 * 3 * 3 * 2, 3);
        var model = Model(4, [
            """{name:"pad",class_name:"ZeroPadding2D",config:{padding:[[0,1],[2,3]]},inbound_nodes:[[["in",0,0,{}]]]}""",
            """{name:"depth",class_name:"DepthwiseConv2D",config:{strides:[2,2],padding:"valid",use_bias:!1},inbound_nodes:[[["pad",0,0,{}]]]}""",
            Pool.Replace("LAST", "depth", StringComparison.Ordinal)],
            ("depth/depthwise_kernel", [3, 3, 3, 2], kernel));
        var image = Numbers(4 * 4 * 3, 4);

        // 5 x 9 padded pixels, so 2 x 4 positions; channel c's multiples are outputs 2c and 2c + 1.
        var expected = new double[6];
        for (var oy = 0; oy < 2; oy++)
            for (var ox = 0; ox < 4; ox++)
                for (var o = 0; o < 6; o++)
                    for (var ky = 0; ky < 3; ky++)
                        for (var kx = 0; kx < 3; kx++)
                            expected[o] += At(image, 4, oy * 2 + ky, ox * 2 + kx - 2, o / 2)
                                * kernel[((ky * 3 + kx) * 3 + o / 2) * 2 + o % 2] / 8;

        AssertClose(expected, Run(model, image, 4));
    }

    [Fact]
    public void Normalisation_limits_and_sums_are_as_keras_defines_them()
    {
        var model = Model(2, [
            """{name:"bn",class_name:"BatchNormalization",config:{axis:-1,epsilon:.1,center:!0,scale:!0},inbound_nodes:[[["in",0,0,{}]]]}""",
            """{name:"relu",class_name:"ReLU",config:{max_value:.5,negative_slope:0,threshold:0},inbound_nodes:[[["bn",0,0,{}]]]}""",
            """{name:"add",class_name:"Add",config:{},inbound_nodes:[[["relu",0,0,{}],["in",0,0,{}]]]}""",
            """{name:"drop",class_name:"Dropout",config:{},inbound_nodes:[[["add",0,0,{}]]]}""",
            """{name:"average",class_name:"AveragePooling2D",config:{pool_size:[2,2],padding:"valid",strides:[2,2]},inbound_nodes:[[["drop",0,0,{}]]]}""",
            """{name:"flat",class_name:"Flatten",config:{},inbound_nodes:[[["average",0,0,{}]]]}""",
            """{name:"dense",class_name:"Dense",config:{},inbound_nodes:[[["flat",0,0,{}]]]}"""],
            ("bn/gamma", [3], [1, 2, 3]), ("bn/beta", [3], [0.1f, 0.2f, 0.3f]),
            ("bn/moving_mean", [3], [0.5f, 0, -0.5f]), ("bn/moving_variance", [3], [0.9f, 0.4f, 0.1f]));
        var image = Numbers(2 * 2 * 3, 5);

        double[] gamma = [1, 2, 3], beta = [0.1, 0.2, 0.3], mean = [0.5, 0, -0.5], variance = [0.9, 0.4, 0.1];
        var expected = new double[3];
        for (var i = 0; i < image.Length; i++)
        {
            var c = i % 3;
            var normal = (image[i] - mean[c]) / Math.Sqrt(variance[c] + 0.1) * gamma[c] + beta[c];
            expected[c] += (Math.Clamp(normal, 0, 0.5) + image[i]) / 4;
        }

        AssertClose(expected, Run(model, image, 2));
    }

    [Fact]
    public void Average_pooling_leaves_the_padding_out_of_the_mean()
    {
        var model = Model(3, [
            """{name:"average",class_name:"AveragePooling2D",config:{pool_size:[2,2],padding:"same",strides:[2,2]},inbound_nodes:[[["in",0,0,{}]]]}""",
            Pool.Replace("LAST", "average", StringComparison.Ordinal)]);
        var image = Numbers(3 * 3 * 3, 6);

        var expected = new double[3];
        for (var c = 0; c < 3; c++)
            expected[c] = (Mean(c, 0, 0) + Mean(c, 0, 2) + Mean(c, 2, 0) + Mean(c, 2, 2)) / 4;

        AssertClose(expected, Run(model, image, 3));

        double Mean(int c, int top, int left)
        {
            var inside = new List<double>();
            for (var y = top; y < Math.Min(top + 2, 3); y++)
                for (var x = left; x < Math.Min(left + 2, 3); x++)
                    inside.Add(At(image, 3, y, x, c));
            return inside.Average();
        }
    }

    [Theory]
    [InlineData("""{name:"x",class_name:"LSTM",config:{},inbound_nodes:[[["in",0,0,{}]]]}""", "its layer x is a LSTM")]
    [InlineData("""{name:"x",class_name:"Conv2D",config:{padding:"same"},inbound_nodes:[[["in",0,0,{}]]]}""", "x/kernel are missing")]
    [InlineData("""{name:"x",class_name:"Conv2D",config:{data_format:"channels_first"},inbound_nodes:[[["in",0,0,{}]]]}""", "channels first")]
    [InlineData("""{name:"x",class_name:"ReLU",config:{negative_slope:.1},inbound_nodes:[[["in",0,0,{}]]]}""", "leaky")]
    [InlineData("""{name:"x",class_name:"ReLU",config:{max_value:"six"},inbound_nodes:[[["in",0,0,{}]]]}""", "max_value that is not understood")]
    [InlineData("""{name:"x",class_name:"ReLU",config:{},inbound_nodes:[[["later",0,0,{}]]]}""", "takes what no layer before it makes")]
    [InlineData("""{name:"x",class_name:"Activation",config:{activation:"swish"},inbound_nodes:[[["in",0,0,{}]]]}""", "activation swish")]
    [InlineData("""{name:"x",class_name:"Flatten",config:{},inbound_nodes:[[["in",0,0,{}]]]}""", "its layer x is a Flatten")]
    [InlineData("""{name:"x",class_name:"Dense",config:{},inbound_nodes:[[["in",0,0,{}]]]}""", "ends in 4x4 positions")]
    public void What_cannot_be_converted_is_named(string layer, string reason)
        => Assert.Contains(
            reason,
            Assert.Throws<FormatException>(() => LayersModelToOnnx.Convert(Model(4, [layer]), "x")).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Weights_may_be_quantised_or_not()
    {
        var groups = new[]
        {
            new LayersModelFile.WeightGroupPart
            {
                Paths = ["one", "two"],
                Weights =
                [
                    Weight("bytes", "uint8", 0.5, -1), Weight("words", "uint16", 0.25, 10), Weight("halves", "float16"),
                    new LayersModelFile.WeightPart { Name = "floats", Shape = [2], Type = "float32" },
                ],
            },
        };
        var bytes = new byte[2 + 4 + 4 + 8];
        (bytes[0], bytes[1]) = (0, 255);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(4), 65535);
        BinaryPrimitives.WriteHalfLittleEndian(bytes.AsSpan(6), (Half)(-1.5));
        BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(14), 3.25f);
        var shards = new Dictionary<string, byte[]> { ["one"] = bytes[..5], ["two"] = bytes[5..] };

        var weights = WeightsManifest.Read(groups, shards);

        Assert.Equal([-1, 126.5f], weights["bytes"].Values);
        Assert.Equal([10, 16393.75f], weights["words"].Values);
        Assert.Equal([-1.5f, 0], weights["halves"].Values);
        Assert.Equal([0, 3.25f], weights["floats"].Values);
        shards["two"] = bytes[5..^1];
        Assert.Throws<FormatException>(() => WeightsManifest.Read(groups, shards));
        shards["two"] = [.. bytes[5..], 0];
        Assert.Throws<FormatException>(() => WeightsManifest.Read(groups, shards));
        shards.Remove("two");
        Assert.Throws<FormatException>(() => WeightsManifest.Read(groups, shards));
    }

    private static LayersModelFile.WeightPart Weight(string name, string type, double scale = 1, double min = 0) => new()
    {
        Name = name,
        Shape = [2],
        Type = "float32",
        Quantization = new LayersModelFile.QuantizationPart { Type = type, Scale = scale, Min = min },
    };

    private static LayersModel Model(int size, string[] layers, params (string Name, int[] Shape, float[] Values)[] weights)
    {
        var entries = string.Join(',', weights.Select(weight =>
            $$"""{name:"{{weight.Name}}",shape:[{{string.Join(',', weight.Shape)}}],dtype:"float32"}"""));
        var all = string.Join(',', layers.Prepend(
            $$"""{name:"in",class_name:"InputLayer",config:{batch_input_shape:[null,{{size.ToString(CultureInfo.InvariantCulture)}},{{size}},3]},inbound_nodes:[]}"""));
        JsonNode? model = JavaScriptLiteral.ReadExport(
            $$$"""a.exports={modelTopology:{model_config:{class_name:"Model",config:{layers:[{{{all}}}]} } },weightsManifest:[{paths:["shard"],weights:[{{{entries}}}]}]}""");
        byte[] shard = [.. weights.SelectMany(weight => MemoryMarshal.AsBytes(weight.Values.AsSpan()).ToArray())];
        return LayersModel.Read(model, new Dictionary<string, byte[]> { ["shard"] = shard });
    }

    private static float[] Run(LayersModel model, float[] image, int size)
    {
        var (onnx, height, width, features) = LayersModelToOnnx.Convert(model, "test");
        Assert.Equal((size, size), (height, width));
        Assert.Empty(OnnxRules.BrokenBy(onnx.ToByteArray()));
        using var session = new InferenceSession(onnx.ToByteArray());
        var planes = new float[image.Length];
        for (var i = 0; i < image.Length; i++)
            planes[i % 3 * size * size + i / 3] = image[i];
        using var input = OrtValue.CreateTensorValueFromMemory(planes, [1, 3, size, size]);
        using var options = new RunOptions();
        using var outputs = session.Run(
            options, [LayersModelToOnnx.InputName], [input], [LayersModelToOnnx.OutputName]);
        Assert.Equal([1, features], outputs[0].GetTensorTypeAndShape().Shape);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }

    private static double At(float[] image, int size, int y, int x, int c)
        => y >= 0 && y < size && x >= 0 && x < size ? image[(y * size + x) * 3 + c] : 0;

    private static float[] Numbers(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() * 2 - 1)];
    }

    private static void AssertClose(double[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], 1e-5);
    }
}
