using Microsoft.ML.OnnxRuntime;
using Pomona.Vision.Decoding;
using Pomona.Vision.Imaging;
using Pomona.Vision.Models;
using Pomona.Vision.Models.Catalog;
using Pomona.Vision.Resizing;
using ModelMetadata = Pomona.Vision.Models.ModelMetadata;

namespace Pomona.Vision.Tests.Models;

/// <summary>Against an independent Python and Node pipeline on real photos: Pillow 9.4, ONNX Runtime 1.30.</summary>
public sealed class FruitsReferenceTests
{
    private const int Every = 20;

    [SharedDataFact]
    public async Task Features_of_real_photos_are_those_of_the_reference()
    {
        var reference = NpyMatrix.Load(SharedData.PathOf("reference", "fruits.features.npy"));
        var (_, features) = await FeaturesOfPhotosAsync();

        double error = 0, norm = 0;
        foreach (var (row, actual) in features)
        {
            var expected = reference.Elements.AsSpan(row * reference.Columns, reference.Columns);
            double dot = 0, a = 0, b = 0;
            for (var i = 0; i < actual.Length; i++)
            {
                dot += (double)expected[i] * actual[i];
                a += (double)expected[i] * expected[i];
                b += (double)actual[i] * actual[i];
                error += Math.Pow((double)expected[i] - actual[i], 2);
            }

            norm += a;
            Assert.True(dot / Math.Sqrt(a * b) >= 0.999999, $"the cosine of photo {row} is {dot / Math.Sqrt(a * b)}");
        }

        Assert.Equal(1000 / Every, features.Count);
        Assert.True(Math.Sqrt(error / norm) <= 1e-4, $"the relative error is {Math.Sqrt(error / norm):E2}");
    }

    [SharedDataFact]
    public async Task The_published_image_model_gives_the_components_of_real_photos()
    {
        var (model, features) = await FeaturesOfPhotosAsync();
        var random = new Random(9);
        var width = model.Metadata.FeatureWidth;
        double[] mean = [.. Enumerable.Range(0, width).Select(i => features.Average(photo => photo.Features[i]))];
        double[] scale = [.. Enumerable.Range(0, width).Select(i => Deviation(i) is > 0 and var deviation ? deviation : 1)];
        double[][] components = [.. Enumerable.Range(0, 5).Select(_ => UnitVector(random, width))];
        var onnx = PublishedModels.ImageToComponents(
            await File.ReadAllBytesAsync(model.Path), mean, scale, components, model.Metadata, new Dictionary<string, string>());

        using var session = new InferenceSession(onnx);
        using var options = new RunOptions();
        var table = model.Metadata.Scaling.Table();
        foreach (var (row, expected) in features.Take(10))
        {
            var rgb = Pixels(row, model.Metadata);
            float[] tensor = [.. rgb.Select((level, i) => table[i % 3 * 256 + level])];
            using var image = OrtValue.CreateTensorValueFromMemory(tensor, model.Metadata.InputShape);
            using var outputs = session.Run(options, session.InputNames, [image], [PublishedModels.OutputName]);
            var actual = outputs[0].GetTensorDataAsSpan<float>();
            Assert.Equal(components.Length, actual.Length);
            for (var k = 0; k < actual.Length; k++)
            {
                var direct = 0.0;
                for (var i = 0; i < width; i++)
                    direct += components[k][i] * (expected[i] - mean[i]) / scale[i];
                Assert.Equal(direct, actual[k], 1e-3);
            }
        }

        double Deviation(int i) => Math.Sqrt(features.Average(photo => Math.Pow(photo.Features[i] - mean[i], 2)));
    }

    private static double[] UnitVector(Random random, int width)
    {
        double[] vector = [.. Enumerable.Range(0, width).Select(_ => random.NextDouble() * 2 - 1)];
        var length = Math.Sqrt(vector.Sum(x => x * x));
        return [.. vector.Select(x => x / length)];
    }

    private static async Task<(ResolvedModel Model, List<(int Row, float[] Features)> Features)> FeaturesOfPhotosAsync()
    {
        var model = await new ModelCatalog(new ModelCatalogOptions()).ResolveAsync(
            SharedData.PathOf("model", "mobilenet_v2_1.0_224_features_fp32.onnx"), CancellationToken.None);
        using var session = FeatureSession.Load(model.Path, model.Metadata);
        using var worker = session.CreateWorker();
        var features = new List<(int, float[])>();
        for (var row = 0; row < 1000; row += Every)
        {
            var photo = new float[model.Metadata.FeatureWidth];
            worker.Run(Pixels(row, model.Metadata), photo);
            features.Add((row, photo));
        }

        return (model, features);
    }

    private static byte[] Pixels(int row, ModelMetadata model)
    {
        using var decoder = new ImageDecoder(new DecodeSettings());
        using var resizer = new PixelResizer(ResizeFilter.Bicubic, model.InputWidth, model.InputHeight);
        using var image = new RgbImage();
        var photo = File.ReadLines(SharedData.PathOf("reference", "fruits.list")).ElementAt(row);
        decoder.Decode(File.ReadAllBytes(SharedData.PathOf("fruits", photo)), image);
        var rgb = new byte[3 * model.InputWidth * model.InputHeight];
        resizer.Resize(image, rgb);
        return rgb;
    }
}
