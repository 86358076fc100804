using Google.Protobuf;
using Pomona.Contracts;
using Pomona.Vision.Models.Onnx;

namespace Pomona.Vision.Models;

/// <summary>A model that ends in features, as bytes, with everything known about it.</summary>
/// <param name="Bytes">The .onnx file.</param>
/// <param name="Metadata">What it is and expects; its SHA-256 is that of <paramref name="Bytes"/>.</param>
/// <param name="IsUnchanged">The bytes are those of the original file.</param>
public sealed record FeatureModel(byte[] Bytes, ModelMetadata Metadata, bool IsUnchanged)
{
    /// <summary>The description under which this model is kept.</summary>
    /// <param name="sourceSha256">Of what it was made from.</param>
    public ModelDescription Describe(string? sourceSha256) => new(
        Metadata.Name,
        Metadata.Source,
        Metadata.Sha256,
        sourceSha256,
        Metadata.OutputName,
        Metadata.InputWidth,
        Metadata.InputHeight,
        Metadata.Layout,
        Metadata.Scaling,
        Metadata.FeatureWidth);

    /// <summary>Drops a classifier's head, unless the model has none.</summary>
    /// <param name="bytes">The .onnx file.</param>
    /// <param name="path">Where it is, for messages.</param>
    /// <param name="sidecar">What is said beside the file; goes before what is known of the file and what it says itself.</param>
    /// <param name="output">The tensor to end at; goes before everything.</param>
    /// <exception cref="ModelException">The model does not fit, or nothing says how its pixels are scaled.</exception>
    public static FeatureModel Prepare(byte[] bytes, string path, ModelDescription? sidecar, string? output)
    {
        var sha256 = Sha256Text.Of(bytes);
        if (sidecar?.Sha256 is { } expected && !string.Equals(expected, sha256, StringComparison.OrdinalIgnoreCase))
            throw new ModelException(
                $"{ModelDescription.SidecarOf(path)} describes another file than {path}: their sha256 differ.");

        var model = OnnxFile.Parse(bytes, path);
        var description = sidecar ?? KnownModels.Find(sha256) ?? ModelDescription.Embedded(model, path) ?? new ModelDescription();
        var input = ImageInput.Of(model.Graph, description, path);
        var cut = FeatureCut.Find(model.Graph, input.Name, output ?? description.Output, path);
        var scaling = description.Scaling ?? throw new ModelException(
            $"Nothing says how the pixels of the model {path} are scaled: put {{\"scaling\": \"minusOneToOne\"}} (x/127.5-1), "
            + "\"zeroToOne\" (x/255), \"imageNet\" (ImageNet's mean and deviation) or {\"mean\": [r, g, b], \"scale\": [r, g, b]} "
            + $"into {ModelDescription.SidecarOf(path)}.");

        var name = description.Name ?? Path.GetFileNameWithoutExtension(path);
        // What an import has prepared is called the same wherever the two files lie.
        var source = sidecar is { Sha256: not null, Source: { } prepared } ? prepared : (description.Source ?? Path.GetFileName(path)) + $" (sha256 {sha256[..12]})";
        // A model that says what it ends in is not run to find out.
        var known = cut.IsWhole && IsFloat(model.Graph.Output[0])
            ? description.Features ?? WidthOf(model.Graph.Output[0])
            : null;
        if (known is { } width)
            return new FeatureModel(bytes, Metadata(cut.Tensor, source, sha256, width), true);

        var headless = cut.Apply(model);
        var features = FeatureSession.Measure(headless.ToByteArray(), path, input, cut.Tensor);
        if (cut.IsWhole && features.IsFloat)
            return new FeatureModel(bytes, Metadata(cut.Tensor, source, sha256, features.Width), true);

        var tensor = FeatureCut.EndInFloats(headless, input.Name, features);
        return Embed(headless, Metadata(tensor, $"{source}, cut at '{Printable.Excerpt(cut.Tensor, 60)}'", "", features.Width));

        ModelMetadata Metadata(string tensor, string source, string sha256, int width) => new(
            name, source, sha256, input.Name, tensor, input.Width, input.Height, input.Layout, scaling, width);
    }

    /// <summary>Writes what is known about a model into it, so that the file can stand alone.</summary>
    /// <param name="model">A model that ends in features; changed.</param>
    /// <param name="metadata">All of it but the hash, which follows from the result.</param>
    internal static FeatureModel Embed(ModelProto model, ModelMetadata metadata)
    {
        var described = new FeatureModel([], metadata, false).Describe(null) with { Sha256 = null };
        OnnxFile.SetProperty(model, ModelDescription.PropertyKey, described.ToJson());
        var bytes = model.ToByteArray();
        return new FeatureModel(bytes, metadata with { Sha256 = Sha256Text.Of(bytes) }, false);
    }

    private static bool IsFloat(ValueInfoProto output)
        => output.Type?.TensorType is { ElemType: (int)TensorProto.Types.DataType.Float };

    private static int? WidthOf(ValueInfoProto output)
    {
        var axes = output.Type?.TensorType?.Shape?.Dim;
        return axes is { Count: > 1 } && axes.Skip(1).All(axis => axis.DimValue > 0)
            ? (int)axes.Skip(1).Aggregate(1L, (width, axis) => width * axis.DimValue)
            : null;
    }
}
