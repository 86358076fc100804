using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Pomona.Vision.Models;
using Pomona.Vision.Models.Onnx;
using ModelMetadata = Pomona.Vision.Models.ModelMetadata;

namespace Pomona.Vision.Tests.Models;

public sealed class PublishedModelsTests
{
    private static readonly Dictionary<string, string> Notes = new() { ["resize"] = "bicubic" };

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1280, 50)]
    [InlineData(7, 7)]
    public void Features_become_the_components_that_direct_computation_gives(int width, int count)
    {
        var fit = Fit.Random(width, count, 3);
        var onnx = PublishedModels.FeaturesToComponents(fit.Mean, fit.Scale, fit.Components, Metadata(width), Notes);
        var random = new Random(5);
        const int Images = 9;
        var features = new float[Images * width];
        for (var i = 0; i < features.Length; i++)
            features[i] = (float)(fit.Mean[i % width] + fit.Scale[i % width] * (random.NextDouble() * 6 - 3));

        var components = Run(onnx, features, [Images, width], out var shape);

        Assert.Equal([Images, count], shape);
        for (var image = 0; image < Images; image++)
            AssertClose(
                fit.Project(features.AsSpan(image * width, width)), components.AsSpan(image * count, count), 1e-5);
    }

    [Fact]
    public void A_large_mean_with_a_small_spread_keeps_its_precision()
    {
        // In float32 alone, 1e4 / 1e-3 - 1e7 would leave nothing of the feature.
        var fit = new Fit([10_000.0003, 5], [0.001, 2], [[0.6, 0.8], [0.8, -0.6]]);
        var onnx = PublishedModels.FeaturesToComponents(fit.Mean, fit.Scale, fit.Components, Metadata(2), Notes);
        float[] features = [10_000.002f, 7];

        AssertClose(fit.Project(features), Run(onnx, features, [1, 2], out _), 1e-6);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_image_becomes_the_components_of_its_features(bool planes)
    {
        var backbone = SmallModels.ChannelMeans(planes, 4, 6);
        var metadata = Metadata(3) with
        {
            InputName = "image",
            OutputName = "means",
            InputWidth = 4,
            InputHeight = 6,
            Layout = planes ? TensorLayout.Nchw : TensorLayout.Nhwc,
        };
        var fit = Fit.Random(3, 2, 11);
        var onnx = PublishedModels.ImageToComponents(backbone, fit.Mean, fit.Scale, fit.Components, metadata, Notes);
        var random = new Random(12);
        float[] image = [.. Enumerable.Range(0, 3 * 4 * 6).Select(_ => random.NextSingle())];

        var features = Run(backbone, image, metadata.InputShape, out _);
        var components = Run(onnx, image, metadata.InputShape, out var shape);

        Assert.Equal([1, 2], shape);
        AssertClose(fit.Project(features), components, 1e-5);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_image_becomes_the_softmax_of_its_components_and_these(bool planes)
    {
        var backbone = SmallModels.ChannelMeans(planes, 4, 6);
        var metadata = Metadata(3) with
        {
            InputName = "image",
            OutputName = "means",
            InputWidth = 4,
            InputHeight = 6,
            Layout = planes ? TensorLayout.Nchw : TensorLayout.Nhwc,
        };
        var fit = Fit.Random(3, 2, 11);
        double[][] weights = [[1, -2], [0.5, 0.25], [-1, 3]];
        double[] intercepts = [0.1, -0.2, 0];
        string[] labels = ["apple", "caf\u00e9, \"au lait\"", "kiwi"];
        var onnx = PublishedModels.ImageToClass(
            backbone, fit.Mean, fit.Scale, fit.Components, weights, intercepts, labels, metadata, Notes);
        using var published = ClassSession.Load(onnx, "published.onnx");
        using var worker = published.Session.CreateWorker();
        var pixels = new byte[3 * 4 * 6];
        new Random(12).NextBytes(pixels);
        var numbers = new float[3 + 2];

        worker.Run(pixels, numbers);

        using var alone = FeatureSession.Load(new FeatureModel(backbone, metadata, true), "backbone.onnx");
        using var feature = alone.CreateWorker();
        var features = new float[3];
        feature.Run(pixels, features);
        var components = fit.Project(features);
        var scores = weights.Zip(intercepts, (row, intercept) => row.Zip(components, (a, b) => a * b).Sum() + intercept).ToArray();
        var shares = scores.Select(score => Math.Exp(score) / scores.Sum(Math.Exp)).ToArray();
        AssertClose(shares, numbers.AsSpan(0, 3), 1e-5);
        AssertClose(components, numbers.AsSpan(3), 1e-5);
        Assert.Equal(labels, published.Labels);
        Assert.Equal("bicubic", published.Notes["resize"]);
        using var session = new InferenceSession(onnx);
        Assert.Equal([PublishedModels.ProbabilitiesName, PublishedModels.OutputName], session.OutputNames);
    }

    [Fact]
    public void What_is_no_published_classifier_is_refused_when_it_is_loaded()
    {
        var fit = Fit.Random(3, 2, 1);
        var components = PublishedModels.ImageToComponents(
            SmallModels.ChannelMeans(true, 8, 8), fit.Mean, fit.Scale, fit.Components, Metadata(3) with { OutputName = "means" }, Notes);

        Assert.Contains("not a classifier", Assert.Throws<ModelException>(() => ClassSession.Load(components, "x.onnx")).Message, StringComparison.Ordinal);
        Assert.Throws<ModelException>(() => ClassSession.Load([1, 2, 3], "x.onnx"));
        Assert.Throws<ArgumentException>(() => PublishedModels.ImageToClass(
            SmallModels.ChannelMeans(true, 8, 8), fit.Mean, fit.Scale, fit.Components, [[1]], [0], ["a"], Metadata(3), Notes));
    }

    [Fact]
    public void Names_of_the_feature_model_are_never_taken()
    {
        // The feature model's own tensor is called as the published output.
        var model = OnnxGraphBuilder.NewModel("clash");
        var graph = new OnnxGraphBuilder(model.Graph);
        graph.Input("image", null, 3, 2, 2);
        graph.Output(graph.Node("GlobalAveragePool", "components", ["image"]), null, 3, 1, 1);
        var metadata = Metadata(3) with { InputName = "image", OutputName = "components", InputWidth = 2, InputHeight = 2 };
        var fit = Fit.Random(3, 1, 2);

        var onnx = PublishedModels.ImageToComponents(
            model.ToByteArray(), fit.Mean, fit.Scale, fit.Components, metadata, Notes);

        AssertClose(fit.Project([0, 0, 0]), Run(onnx, new float[12], [1, 3, 2, 2], out _), 1e-5);
    }

    [Fact]
    public void The_file_says_what_it_was_made_from_and_is_the_same_every_time()
    {
        var fit = Fit.Random(3, 2, 1);
        var metadata = Metadata(3) with { InputName = "image", OutputName = "means" };
        var notes = new Dictionary<string, string> { ["resize"] = "bicubic", ["images"] = "1000" };
        byte[] Make() => PublishedModels.ImageToComponents(
            SmallModels.ChannelMeans(true, 8, 8), fit.Mean, fit.Scale, fit.Components, metadata, notes);

        var properties = ModelProto.Parser.ParseFrom(Make()).MetadataProps.ToDictionary(p => p.Key, p => p.Value);

        Assert.Equal("bicubic", properties["pomona.resize"]);
        Assert.Equal("1000", properties["pomona.images"]);
        Assert.Equal(OnnxGraphBuilder.ProducerVersion, properties["pomona.version"]);
        Assert.Contains("\"scaling\":\"imageNet\"", properties["pomona.backbone"], StringComparison.Ordinal);
        Assert.Contains($"\"sha256\":\"{metadata.Sha256}\"", properties["pomona.backbone"], StringComparison.Ordinal);
        Assert.Equal(Make(), Make());
    }

    [Fact]
    public void Lengths_that_do_not_fit_are_refused()
    {
        var fit = Fit.Random(3, 2, 1);

        Assert.Throws<ArgumentException>(
            () => PublishedModels.FeaturesToComponents(fit.Mean, fit.Scale, fit.Components, Metadata(4), Notes));
        Assert.Throws<ArgumentException>(
            () => PublishedModels.FeaturesToComponents(fit.Mean, [1, 0, 1], fit.Components, Metadata(3), Notes));
    }

    private static ModelMetadata Metadata(int width) => new(
        "small", "a test", new string('a', 64), "image", "features", 8, 8, TensorLayout.Nchw, PixelScaling.ImageNet, width);

    private static float[] Run(byte[] onnx, float[] input, long[] shape, out long[] outputShape)
    {
        using var session = new InferenceSession(onnx);
        using var value = OrtValue.CreateTensorValueFromMemory(input, shape);
        using var options = new RunOptions();
        using var outputs = session.Run(options, session.InputNames, [value], session.OutputNames);
        outputShape = outputs[0].GetTensorTypeAndShape().Shape;
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }

    private static void AssertClose(double[] expected, ReadOnlySpan<float> actual, double tolerance)
    {
        // Relative to the image's largest component: a small one is a difference of large terms.
        var largest = expected.Max(Math.Abs);
        Assert.Equal(expected.Length, actual.Length);
        for (var k = 0; k < expected.Length; k++)
            Assert.True(Math.Abs(expected[k] - actual[k]) <= tolerance * largest,
                $"component {k} is {actual[k]:R}, not {expected[k]:R}");
    }

    private sealed record Fit(double[] Mean, double[] Scale, double[][] Components)
    {
        public static Fit Random(int width, int count, int seed)
        {
            var random = new Random(seed);
            double[] Numbers(double low, double high)
                => [.. Enumerable.Range(0, width).Select(_ => low + random.NextDouble() * (high - low))];
            return new Fit(Numbers(0, 2), Numbers(0.01, 1), [.. Enumerable.Range(0, count).Select(_ =>
            {
                var component = Numbers(-1, 1);
                var length = Math.Sqrt(component.Sum(x => x * x));
                return component.Select(x => x / length).ToArray();
            })]);
        }

        public double[] Project(ReadOnlySpan<float> features)
        {
            var scaled = new double[Mean.Length];
            for (var i = 0; i < scaled.Length; i++)
                scaled[i] = (features[i] - Mean[i]) / Scale[i];
            return [.. Components.Select(component => component.Zip(scaled, (a, b) => a * b).Sum())];
        }
    }
}
