using System.Text.Json;
using Pomona.Contracts;
using Pomona.Vision.Models;
using Pomona.Vision.Models.TensorFlowJs;

namespace Pomona.Vision.Tests.Models.TensorFlowJs;

public sealed class NsfwjsPackageTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pomona-nsfwjs-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [NsfwjsFact]
    public async Task The_import_computes_what_numpy_computes_from_the_package_in_float64()
    {
        using var golden = JsonDocument.Parse(await File.ReadAllTextAsync(
            Path.Combine(AppContext.BaseDirectory, "Models", "goldens", "nsfwjs-features.json")));
        double[] expected = [.. golden.RootElement.GetProperty("features").EnumerateArray().Select(value => value.GetDouble())];
        var model = await Installed().ImportAsync(CancellationToken.None);
        using var session = FeatureSession.Load(model, "nsfwjs");
        using var worker = session.CreateWorker();
        var features = new float[model.Metadata.FeatureWidth];
        worker.Run(GoldenImage(), features);

        Assert.Equal(expected.Length, features.Length);
        var error = Math.Sqrt(expected.Zip(features, (e, f) => (e - f) * (e - f)).Sum() / expected.Sum(e => e * e));
        Assert.True(error < 1e-5, $"the relative error is {error:E2}");
        Assert.Contains("fine-tuned", model.Metadata.Source, StringComparison.Ordinal);
        Assert.Equal(PixelScaling.ZeroToOne, model.Metadata.Scaling);
    }

    [NsfwjsFact]
    public async Task Every_import_gives_the_same_bytes()
    {
        var first = await Installed().ImportAsync(CancellationToken.None);
        var second = await Installed().ImportAsync(CancellationToken.None);

        Assert.Equal(first.Bytes, second.Bytes);
        Assert.Equal(Sha256Text.Of(first.Bytes), first.Metadata.Sha256);
        Assert.Equal(first.Metadata, second.Metadata);
    }

    [NsfwjsFact]
    public async Task The_hash_changes_with_the_package()
    {
        Copy("model.min.js");
        var weights = Copy("group1-shard1of1.min.js");
        var copy = new NsfwjsPackage(_folder);
        var before = await copy.HashAsync(CancellationToken.None);
        await File.AppendAllTextAsync(weights, "\n");

        Assert.Equal(await Installed().HashAsync(CancellationToken.None), before);
        Assert.NotEqual(before, await copy.HashAsync(CancellationToken.None));
    }

    [NsfwjsFact]
    public async Task A_package_that_is_cut_short_is_refused_in_one_sentence()
    {
        File.Copy(Path.Combine(Installed().Folder, "package.json"), Path.Combine(_folder, "package.json"));
        Copy("model.min.js");
        var weights = Copy("group1-shard1of1.min.js");
        var whole = await File.ReadAllTextAsync(weights);
        await File.WriteAllTextAsync(weights, whole[..(whole.Length / 2)]);

        var refused = await Assert.ThrowsAsync<ModelException>(
            () => new NsfwjsPackage(_folder).ImportAsync(CancellationToken.None));

        Assert.Contains("cannot be imported", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
    }

    [Fact]
    public void Without_the_package_none_is_found()
    {
        Assert.Null(NsfwjsPackage.Find(_folder, _folder));
        Assert.Null(NsfwjsPackage.Find(null, _folder));
    }

    [NsfwjsFact]
    public void The_package_is_found_above_the_program()
        => Assert.Equal(Installed().Folder, NsfwjsPackage.Find(null, AppContext.BaseDirectory)?.Folder);

    private static NsfwjsPackage Installed() => NsfwjsPackage.Find(RepositoryRoot.Path, AppContext.BaseDirectory)!;

    // As goldens/make_nsfwjs_features.py draws it.
    private static byte[] GoldenImage()
    {
        var image = new byte[224 * 224 * 3];
        for (var y = 0; y < 224; y++)
            for (var x = 0; x < 224; x++)
                for (var c = 0; c < 3; c++)
                    image[(y * 224 + x) * 3 + c] = (byte)((y * 7 + x * 13 + c * 101 + x * y / 16) % 256);
        return image;
    }

    private string Copy(string file)
    {
        var target = Path.Combine(_folder, "dist", "models", "mobilenet_v2", file);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        File.Copy(Path.Combine(Installed().Folder, "dist", "models", "mobilenet_v2", file), target);
        return target;
    }
}
