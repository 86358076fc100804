using System.Text.Json;
using Google.Protobuf;
using Pomona.Vision.Models.Onnx;

namespace Pomona.Vision.Models;

/// <summary>
/// A run's scaler and components as ONNX, for other programs: from features, and from image tensors; and its classifier.
/// </summary>
/// <remarks>
/// With features x, mean m, scale s and components C (one per row), an image's components are y = C · ((x - m) / s). The
/// graph computes y = (x - m') · W + b in float32, where W = (C / s) transposed and b = (m' - m) · W are worked out in float64
/// and rounded once, and m' is m rounded to float32: b gives back what that rounding took. Subtracting before multiplying
/// keeps features with a large mean and a small spread exact.
/// </remarks>
public static class PublishedModels
{
    /// <summary>The output of both models: float32, one row of components per image.</summary>
    public const string OutputName = "components";

    /// <summary>The input of the model that starts from features: float32, one row of features per image.</summary>
    public const string FeaturesName = "features";

    /// <summary>The first output of the classifier: float32, a row per image, the classes' probabilities in the labels' order.</summary>
    public const string ProbabilitiesName = "probabilities";

    /// <summary>The ONNX metadata property of the classifier that holds the classes' names, as a JSON array of texts.</summary>
    public const string LabelsKey = "pomona.labels";

    /// <summary>The ONNX metadata property that describes the feature model as JSON (<see cref="ModelDescription"/>).</summary>
    public const string BackboneKey = "pomona.backbone";

    /// <summary>Features to components; opset 13.</summary>
    /// <param name="mean">Of each feature.</param>
    /// <param name="scale">Of each feature: its deviation, 1 where that is 0.</param>
    /// <param name="components">Unit vectors over the scaled features, the first one explaining most.</param>
    /// <param name="model">The model that the features come from.</param>
    /// <param name="notes">Further metadata, as the resize filter: written as <c>pomona.&lt;key&gt;</c>.</param>
    /// <returns>The .onnx file; the same bytes for the same arguments.</returns>
    /// <exception cref="ArgumentException">The lengths do not fit each other.</exception>
    public static byte[] FeaturesToComponents(
        IReadOnlyList<double> mean,
        IReadOnlyList<double> scale,
        IReadOnlyList<double[]> components,
        ModelMetadata model,
        IReadOnlyDictionary<string, string> notes)
    {
        Check(mean, scale, components, model);
        var published = OnnxGraphBuilder.NewModel("features-to-components");
        var graph = new OnnxGraphBuilder(published.Graph);
        var features = graph.Input(FeaturesName, null, model.FeatureWidth);
        graph.Output(Reduce(graph, features, OutputName, mean, scale, components), null, components.Count);
        Describe(published, model, notes);
        return published.ToByteArray();
    }

    /// <summary>Image tensor to components: the feature model, then what <see cref="FeaturesToComponents"/> does.</summary>
    /// <param name="backbone">The feature model's .onnx file; its input stays as it is.</param>
    /// <param name="mean">Of each feature.</param>
    /// <param name="scale">Of each feature: its deviation, 1 where that is 0.</param>
    /// <param name="components">Unit vectors over the scaled features, the first one explaining most.</param>
    /// <param name="model">What the feature model is.</param>
    /// <param name="notes">Further metadata, as the resize filter: written as <c>pomona.&lt;key&gt;</c>.</param>
    /// <returns>The .onnx file; the same bytes for the same arguments.</returns>
    /// <exception cref="ArgumentException">The lengths do not fit each other.</exception>
    /// <exception cref="ModelException">The feature model is not ONNX, or too old to be extended.</exception>
    public static byte[] ImageToComponents(
        byte[] backbone,
        IReadOnlyList<double> mean,
        IReadOnlyList<double> scale,
        IReadOnlyList<double[]> components,
        ModelMetadata model,
        IReadOnlyDictionary<string, string> notes)
    {
        var published = Extend(backbone, mean, scale, components, model, out var graph, out var output);
        graph.Output(output, null, components.Count);
        DescribeImages(published, output, components.Count, model, notes);
        return published.ToByteArray();
    }

    /// <summary>
    /// Image tensor to class: what <see cref="ImageToComponents"/> does, then a softmax classifier on the components. Its outputs
    /// are <see cref="ProbabilitiesName"/> and <see cref="OutputName"/>, in this order.
    /// </summary>
    /// <param name="backbone">The feature model's .onnx file; its input stays as it is.</param>
    /// <param name="mean">Of each feature.</param>
    /// <param name="scale">Of each feature: its deviation, 1 where that is 0.</param>
    /// <param name="components">Unit vectors over the scaled features, the first one explaining most.</param>
    /// <param name="weights">Of each class, a number per component.</param>
    /// <param name="intercepts">Of each class.</param>
    /// <param name="labels">The classes' names.</param>
    /// <param name="model">What the feature model is.</param>
    /// <param name="notes">Further metadata, as the resize filter: written as <c>pomona.&lt;key&gt;</c>.</param>
    /// <returns>The .onnx file; the same bytes for the same arguments.</returns>
    /// <exception cref="ArgumentException">The lengths do not fit each other.</exception>
    /// <exception cref="ModelException">The feature model is not ONNX, or too old to be extended.</exception>
    public static byte[] ImageToClass(
        byte[] backbone,
        IReadOnlyList<double> mean,
        IReadOnlyList<double> scale,
        IReadOnlyList<double[]> components,
        IReadOnlyList<double[]> weights,
        IReadOnlyList<double> intercepts,
        IReadOnlyList<string> labels,
        ModelMetadata model,
        IReadOnlyDictionary<string, string> notes)
    {
        if (labels.Count == 0 || weights.Count != labels.Count || intercepts.Count != labels.Count
            || weights.Any(ofClass => ofClass.Length != components.Count))
            throw new ArgumentException($"Every class needs a name, an intercept and {components.Count} weights.");
        var published = Extend(backbone, mean, scale, components, model, out var graph, out var output);
        var (count, classes) = (components.Count, labels.Count);
        var perComponent = new float[count * classes];
        for (var k = 0; k < count; k++)
        {
            for (var c = 0; c < classes; c++)
                perComponent[(k * classes) + c] = (float)weights[c][k];
        }

        var scores = graph.Node("Gemm", "class_scores",
        [
            output,
            graph.Weights("class_weights", perComponent, count, classes),
            graph.Weights("class_intercepts", [.. intercepts.Select(value => (float)value)], classes),
        ]);
        var probabilities = graph.Node("Softmax", ProbabilitiesName, [scores], OnnxGraphBuilder.Attribute("axis", 1));
        graph.Output(probabilities, null, classes);
        graph.Output(output, null, count);
        DescribeImages(published, output, count, model, notes);
        OnnxFile.SetProperty(published, LabelsKey, JsonSerializer.Serialize(labels, ModelJson.Readable.IReadOnlyListString));
        return published.ToByteArray();
    }

    /// <summary>The feature model with components behind it, and no output declared yet.</summary>
    private static ModelProto Extend(
        byte[] backbone,
        IReadOnlyList<double> mean,
        IReadOnlyList<double> scale,
        IReadOnlyList<double[]> components,
        ModelMetadata model,
        out OnnxGraphBuilder graph,
        out string output)
    {
        Check(mean, scale, components, model);
        var published = OnnxFile.Parse(backbone, model.Name);
        var opset = published.OpsetImport.FirstOrDefault(opset => opset.Domain is "" or "ai.onnx")?.Version ?? 1;
        if (opset < 7)
            throw new ModelException(
                $"The model {model.Name} is of ONNX operator set {opset}; from 7 on components can be added to it: "
                + "convert it with onnx.version_converter.");

        // Up to version 3 of the format weights had to be inputs too; version 4 only allows it.
        published.IrVersion = Math.Max(published.IrVersion, 4);
        graph = new OnnxGraphBuilder(published.Graph);
        // Global pooling may leave axes of length 1 behind the features.
        var features = graph.Node("Flatten", FeaturesName, [model.OutputName], OnnxGraphBuilder.Attribute("axis", 1));
        output = Reduce(graph, features, OutputName, mean, scale, components);
        published.Graph.Output.Clear();
        return published;
    }

    private static void DescribeImages(
        ModelProto published, string output, int components, ModelMetadata model, IReadOnlyDictionary<string, string> notes)
    {
        Describe(published, model, notes);
        var description = new FeatureModel([], model with { OutputName = output, FeatureWidth = components }, false)
            .Describe(null) with
        { Name = $"{model.Name}, {components} components", Sha256 = null };
        OnnxFile.SetProperty(published, ModelDescription.PropertyKey, description.ToJson());
    }

    private static string Reduce(
        OnnxGraphBuilder graph,
        string features,
        string output,
        IReadOnlyList<double> mean,
        IReadOnlyList<double> scale,
        IReadOnlyList<double[]> components)
    {
        int width = mean.Count, count = components.Count;
        var means = new float[width];
        var weights = new float[width * count];
        var bias = new double[count];
        for (var i = 0; i < width; i++)
        {
            means[i] = (float)mean[i];
            for (var k = 0; k < count; k++)
            {
                var weight = components[k][i] / scale[i];
                weights[i * count + k] = (float)weight;
                bias[k] += (means[i] - mean[i]) * weight;
            }
        }

        var centred = graph.Node("Sub", "centred", [features, graph.Weights("feature_means", means, width)]);
        return graph.Node("Gemm", output,
        [
            centred,
            graph.Weights("component_weights", weights, width, count),
            graph.Weights("component_bias", [.. bias.Select(value => (float)value)], count),
        ]);
    }

    private static void Describe(ModelProto published, ModelMetadata model, IReadOnlyDictionary<string, string> notes)
    {
        var properties = published.MetadataProps;
        foreach (var old in properties.Where(property => property.Key.StartsWith("pomona.", StringComparison.Ordinal)).ToList())
            properties.Remove(old);
        Add("version", OnnxGraphBuilder.ProducerVersion);
        Add(BackboneKey["pomona.".Length..], new FeatureModel([], model, false).Describe(null).ToJson());
        foreach (var (key, value) in notes.OrderBy(note => note.Key, StringComparer.Ordinal))
            Add(key, value);

        void Add(string key, string value) => OnnxFile.SetProperty(published, "pomona." + key, value);
    }

    private static void Check(
        IReadOnlyList<double> mean, IReadOnlyList<double> scale, IReadOnlyList<double[]> components, ModelMetadata model)
    {
        if (mean.Count != model.FeatureWidth || scale.Count != model.FeatureWidth || components.Count == 0
            || components.Any(component => component.Length != model.FeatureWidth))
            throw new ArgumentException($"Mean, scale and every component need {model.FeatureWidth} numbers.");
        if (scale.Any(value => value == 0 || !double.IsFinite(value)))
            throw new ArgumentException("A scale is finite and not 0.");
    }
}
