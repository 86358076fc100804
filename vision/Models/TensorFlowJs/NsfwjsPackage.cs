using System.Text;
using System.Text.Json.Nodes;
using Pomona.Contracts;

namespace Pomona.Vision.Models.TensorFlowJs;

/// <summary>
/// npm's nsfwjs (MIT), which carries a MobileNetV2 1.0/224 pre-trained on ImageNet and then fine-tuned to recognise indecent
/// pictures, as a TensorFlow.js layers model in JavaScript modules. Its features still tell everyday things apart.
/// </summary>
/// <param name="folder">The package's folder: <c>node_modules/nsfwjs</c>.</param>
internal sealed class NsfwjsPackage(string folder)
{
    /// <summary>The model's name in the cache.</summary>
    public const string ModelName = "nsfwjs-mobilenet_v2";

    private const string WeightsFile = "group1-shard1of1";

    private readonly string _model = Path.Combine(folder, "dist", "models", "mobilenet_v2", "model.min.js");
    private readonly string _weights = Path.Combine(folder, "dist", "models", "mobilenet_v2", WeightsFile + ".min.js");

    public string Folder { get; } = folder;

    public bool Exists => File.Exists(_model) && File.Exists(_weights);

    /// <summary>The package, where the repository's set-up installs it.</summary>
    /// <param name="root">The repository, or null to look for it above <paramref name="program"/>.</param>
    /// <param name="program">The program's folder.</param>
    /// <returns>Null when it is not installed.</returns>
    public static NsfwjsPackage? Find(string? root, string program)
    {
        for (var folder = root ?? program; folder is not null; folder = root is null ? Path.GetDirectoryName(folder) : null)
        {
            var package = new NsfwjsPackage(Path.Combine(folder, "job", "native", "node_modules", "nsfwjs"));
            if (package.Exists)
                return package;
        }

        return null;
    }

    /// <summary>SHA-256 over the files that the model is made from.</summary>
    public async Task<string> HashAsync(CancellationToken cancellation)
    {
        var hashes = Sha256Text.Of(await OnnxFile.ReadBytesAsync(_model, cancellation))
            + Sha256Text.Of(await OnnxFile.ReadBytesAsync(_weights, cancellation));
        return Sha256Text.Of(Encoding.ASCII.GetBytes(hashes));
    }

    /// <summary>Converts the model.</summary>
    /// <exception cref="ModelException">The package is not as expected.</exception>
    public async Task<FeatureModel> ImportAsync(CancellationToken cancellation)
    {
        try
        {
            var topology = JavaScriptLiteral.ReadExport(await File.ReadAllTextAsync(_model, cancellation));
            var weights = JavaScriptLiteral.ReadExport(await File.ReadAllTextAsync(_weights, cancellation));
            var model = LayersModel.Read(
                topology,
                new Dictionary<string, byte[]>
                {
                    [WeightsFile] = Convert.FromBase64String(weights?.GetValue<string>() ?? ""),
                });
            var (onnx, height, width, features) = LayersModelToOnnx.Convert(model, ModelName);
            return FeatureModel.Embed(onnx, new ModelMetadata(
                ModelName,
                $"npm nsfwjs {await VersionAsync(cancellation)}: MobileNetV2, ImageNet weights fine-tuned to recognise indecent "
                    + "pictures, quantised to 8 bits",
                "",
                LayersModelToOnnx.InputName,
                LayersModelToOnnx.OutputName,
                width,
                height,
                TensorLayout.Nchw,
                // classify() of nsfwjs divides by 255.
                PixelScaling.ZeroToOne,
                features));
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            throw new ModelException(
                $"The model of npm's nsfwjs in {Folder} cannot be imported: {Printable.Excerpt(e.Message)}; "
                + "install the version that job/native/package-lock.json names.", e);
        }
    }

    private async Task<string> VersionAsync(CancellationToken cancellation)
    {
        var package = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Folder, "package.json"), cancellation));
        return Printable.Excerpt(package?["version"]?.GetValue<string>(), 20);
    }
}
