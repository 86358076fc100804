using Pomona.Vision.Models;
using Pomona.Vision.Models.Catalog;

namespace Pomona.Vision.Tests.Models;

public sealed class FeatureSessionTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pomona-models-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Pixels_reach_the_model_scaled_and_in_its_layout(bool planes)
    {
        // The mean of each channel is what global pooling leaves of an image.
        var model = await Resolve(SmallModels.ChannelMeans(planes, 5, 4), "{\"scaling\": \"imageNet\"}");
        using var session = FeatureSession.Load(model.Path, model.Metadata);
        using var worker = session.CreateWorker();
        var random = new Random(1);
        var image = new byte[5 * 4 * 3];
        var features = new float[3];

        for (var round = 0; round < 20; round++)
        {
            random.NextBytes(image);
            worker.Run(image, features);

            double[] mean = [0.485, 0.456, 0.406], deviation = [0.229, 0.224, 0.225];
            for (var channel = 0; channel < 3; channel++)
            {
                var expected = Enumerable.Range(0, 20).Average(
                    pixel => (image[3 * pixel + channel] / 255.0 - mean[channel]) / deviation[channel]);
                Assert.Equal(expected, features[channel], 1e-5);
            }
        }
    }

    [Fact]
    public async Task Workers_of_one_session_run_side_by_side()
    {
        var model = await Resolve(SmallModels.ChannelMeans(true, 16, 16), "{\"scaling\": \"zeroToOne\"}");
        using var session = FeatureSession.Load(model.Path, model.Metadata);

        var levels = new float[200];
        Parallel.For(0, levels.Length, new ParallelOptions { MaxDegreeOfParallelism = 4 }, session.CreateWorker, (i, _, worker) =>
        {
            var image = new byte[16 * 16 * 3];
            image.AsSpan().Fill((byte)i);
            Span<float> features = stackalloc float[3];
            worker.Run(image, features);
            levels[i] = features[1];
            return worker;
        }, worker => worker.Dispose());

        for (var i = 0; i < levels.Length; i++)
            Assert.Equal(i / 255.0, levels[i], 1e-6);
    }

    [Fact]
    public async Task A_run_allocates_nothing()
    {
        var model = await Resolve(SmallModels.ChannelMeans(true, 8, 8), "{\"scaling\": \"zeroToOne\"}");
        using var session = FeatureSession.Load(model.Path, model.Metadata);
        using var worker = session.CreateWorker();
        var image = new byte[8 * 8 * 3];
        var features = new float[3];
        worker.Run(image, features);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            worker.Run(image, features);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public async Task An_image_of_another_size_is_refused()
    {
        var model = await Resolve(SmallModels.ChannelMeans(true, 8, 8), "{\"scaling\": \"zeroToOne\"}");
        using var session = FeatureSession.Load(model.Path, model.Metadata);
        using var worker = session.CreateWorker();

        Assert.Throws<ArgumentException>(() => worker.Run(new byte[8 * 7 * 3], new float[3]));
        Assert.Throws<ArgumentException>(() => worker.Run(new byte[8 * 8 * 3], new float[4]));
    }

    [SharedDataFact]
    public async Task The_shared_model_needs_no_sidecar_and_has_1280_features()
    {
        var path = SharedData.PathOf("model", "mobilenet_v2_1.0_224_features_fp32.onnx");
        var model = await new ModelCatalog(new ModelCatalogOptions()).ResolveAsync(path, CancellationToken.None);

        Assert.Equal(path, model.Path);
        Assert.Equal("f375f6e3ee9091cce6595958e574d0b4a4bba6ee25c63b1739c55e7334d1479c", model.Metadata.Sha256);
        Assert.Equal((224, 224, TensorLayout.Nhwc, 1280), (model.Metadata.InputWidth, model.Metadata.InputHeight,
            model.Metadata.Layout, model.Metadata.FeatureWidth));
        Assert.Equal(PixelScaling.MinusOneToOne, model.Metadata.Scaling);

        using var session = FeatureSession.Load(model.Path, model.Metadata);
        using var worker = session.CreateWorker();
        var features = new float[1280];
        worker.Run(new byte[224 * 224 * 3], features);
        Assert.All(features, feature => Assert.InRange(feature, 0, 6));
        Assert.Contains(features, feature => feature > 0);
    }

    private async Task<ResolvedModel> Resolve(byte[] onnx, string sidecar)
    {
        var path = Path.Combine(_folder, "model.onnx");
        await File.WriteAllBytesAsync(path, onnx);
        await File.WriteAllTextAsync(Path.ChangeExtension(path, ".json"), sidecar);
        return await new ModelCatalog(new ModelCatalogOptions { CacheFolder = Path.Combine(_folder, "cache") })
            .ResolveAsync(path, CancellationToken.None);
    }
}
