using System.Text.Json;
using Microsoft.ML.OnnxRuntime;
using Pomona.Contracts;
using Pomona.Job.Engines;
using Pomona.Job.Parquet;
using Pomona.Job.Pipeline;
using Pomona.Job.Progress;
using Pomona.Numerics.Reduction;
using Pomona.Storage;
using Pomona.Vision.Decoding;
using Pomona.Vision.Imaging;
using Pomona.Vision.Models;
using Pomona.Vision.Models.Catalog;
using Pomona.Vision.Resizing;
using ModelMetadata = Pomona.Vision.Models.ModelMetadata;

namespace Pomona.Job.Tests.Pipeline;

/// <summary>
/// The whole run on 1,000 real photos against an independent Python pipeline: Pillow 9.4, ONNX Runtime 1.30, and
/// scikit-learn 1.2.1's StandardScaler and PCA (svd_solver='full').
/// </summary>
public sealed class FruitsReferenceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SharedDataFact]
    public async Task Features_variances_scores_and_published_models_agree_with_the_python_reference()
    {
        var request = new RunRequest
        {
            Input = SharedData.PathOf("fruits"),
            Output = _folder["out"],
            Components = 50,
            Model = SharedData.PathOf("model", "mobilenet_v2_1.0_224_features_fp32.onnx"),
            Resize = ResizeFilter.Bicubic,
            ShardSize = RunPlan.DefaultShardSize,
            Threads = Environment.ProcessorCount,
            MaxMegapixels = 100,
        };
        var model = await new ModelCatalog(new ModelCatalogOptions()).ResolveAsync(request.Model, CancellationToken.None);
        using var input = StoreAddress.Open(request.Input);
        using var output = StoreAddress.Open(request.Output);
        var marker = await new RunPipeline(
            request, model, input, output, new LocalEngine(), new NoProgress(), TimeProvider.System)
            .RunAsync(CancellationToken.None);
        Assert.Equal((1000, 0), (marker.Summary.Images, marker.Summary.Rejected));

        var features = Rows(RunLayout.Features);
        var components = Rows(RunLayout.Components);
        FeaturesAgree(features);
        VariancesAndScoresAgree(components);
        PublishedModelsAgree(request.Model!, model.Metadata, features, components);
    }

    private static void FeaturesAgree(Dictionary<string, float[]> features)
    {
        var reference = NpyMatrix.Load(SharedData.PathOf("reference", "fruits.features.npy"));
        var names = File.ReadAllLines(SharedData.PathOf("reference", "fruits.list"));
        double squaredError = 0, squaredNorm = 0;
        for (var row = 0; row < names.Length; row++)
        {
            var ours = features[names[row]];
            var theirs = reference.Elements.AsSpan(row * reference.Columns, reference.Columns);
            double dot = 0, a = 0, b = 0;
            for (var i = 0; i < ours.Length; i++)
            {
                dot += (double)ours[i] * theirs[i];
                a += (double)ours[i] * ours[i];
                b += (double)theirs[i] * theirs[i];
                squaredError += Math.Pow((double)ours[i] - theirs[i], 2);
            }

            squaredNorm += b;
            Assert.True(dot / Math.Sqrt(a * b) >= 0.999999, $"{names[row]}: cosine {dot / Math.Sqrt(a * b)}");
        }

        Assert.True(Math.Sqrt(squaredError / squaredNorm) <= 1e-4, $"relative L2 {Math.Sqrt(squaredError / squaredNorm)}");
    }

    private void VariancesAndScoresAgree(Dictionary<string, float[]> components)
    {
        using var reference = JsonDocument.Parse(File.ReadAllBytes(SharedData.PathOf("reference", "fruits.pca.json")));
        using var ours = JsonDocument.Parse(File.ReadAllBytes(_folder[Path.Combine("out", RunLayout.PcaJson)]));
        var expected = Numbers(reference.RootElement.GetProperty("explained_variance_ratio"));
        var found = Numbers(ours.RootElement.GetProperty("explainedVarianceRatio"));
        Assert.Equal(expected.Length, found.Length);
        Assert.All(expected.Zip(found), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
        foreach (var (image, scores) in Scores(reference.RootElement))
        {
            for (var i = 0; i < scores.Length; i++)
            {
                // The reference has six decimals.
                Assert.Equal(scores[i], Math.Abs(components[image][i]), Math.Max(1e-6, 1e-4 * scores[i]));
            }
        }
    }

    private void PublishedModelsAgree(
        string backbone,
        ModelMetadata model,
        Dictionary<string, float[]> features,
        Dictionary<string, float[]> components)
    {
        Assert.True(File.Exists(backbone));
        using var fromFeatures = new InferenceSession(_folder[Path.Combine("out", RunLayout.ComponentsModel)]);
        using var fromImage = new InferenceSession(_folder[Path.Combine("out", RunLayout.ImageModel)]);
        using var decoder = new ImageDecoder(new DecodeSettings());
        using var image = new RgbImage();
        using var resizer = new PixelResizer(ResizeFilter.Bicubic, model.InputWidth, model.InputHeight);
        var pixels = new byte[model.InputWidth * model.InputHeight * 3];
        foreach (var name in features.Keys.Order(StringComparer.Ordinal).Where((_, i) => i % 40 == 0))
        {
            decoder.Decode(File.ReadAllBytes(SharedData.PathOf("fruits", name)), image);
            resizer.Resize(image, pixels);
            var tensor = new float[pixels.Length];
            for (var i = 0; i < pixels.Length; i++)
                tensor[i] = (pixels[i] - model.Scaling.Mean[i % 3]) * model.Scaling.Scale[i % 3];

            Agree(components[name], Run(fromFeatures, features[name], [1, model.FeatureWidth]));
            Agree(components[name], Run(fromImage, tensor, [1, model.InputHeight, model.InputWidth, 3]));
        }
    }

    private static void Agree(float[] expected, float[] found)
    {
        var scale = expected.Max(Math.Abs);
        Assert.Equal(expected.Length, found.Length);
        for (var i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], found[i], 1e-4f * Math.Abs(scale));
    }

    private static float[] Run(InferenceSession session, float[] values, long[] shape)
    {
        using var input = OrtValue.CreateTensorValueFromMemory(values, shape);
        using var options = new RunOptions();
        using var outputs = session.Run(options, [session.InputNames[0]], [input], [session.OutputNames[0]]);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }

    private static double[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(number => number.GetDouble())];

    private static IEnumerable<(string Image, double[] Scores)> Scores(JsonElement reference)
        => reference.GetProperty("abs_scores_first10_of_first20_images").EnumerateArray()
            .Select(image => (image[0].GetString()!, Numbers(image[1])));

    private Dictionary<string, float[]> Rows(Func<int, string> path)
    {
        var rows = new Dictionary<string, float[]>(StringComparer.Ordinal);
        for (var shard = 0; File.Exists(_folder[Path.Combine("out", path(shard))]); shard++)
        {
            using var part = new PartReader(File.ReadAllBytes(_folder[Path.Combine("out", path(shard))]));
            while (part.ReadRowGroup(out var images, out _, out var values, out var count))
            {
                for (var row = 0; row < count; row++)
                    rows.Add(images[row], values.AsSpan(row * part.Width, part.Width).ToArray());
            }
        }

        return rows;
    }
}
