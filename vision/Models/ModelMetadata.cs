using Pomona.Contracts;

namespace Pomona.Vision.Models;

/// <summary>What a feature model is and what it expects.</summary>
/// <param name="Name">For people: <c>mobilenetv2-12</c>.</param>
/// <param name="Source">Where it came from and what was done to it, in one line.</param>
/// <param name="Sha256">Of the file that runs (<see cref="Catalog.ResolvedModel.Path"/>), 64 lower-case hexadecimal digits.</param>
/// <param name="InputName">The image tensor: float32, batch axis first, RGB.</param>
/// <param name="OutputName">The features: float32, one row of <paramref name="FeatureWidth"/> per image.</param>
/// <param name="InputWidth">Pixels.</param>
/// <param name="InputHeight">Pixels.</param>
/// <param name="Layout">The order of the input's axes.</param>
/// <param name="Scaling">From grey levels to the input's values.</param>
/// <param name="FeatureWidth">How many features an image has.</param>
public sealed record ModelMetadata(
    string Name,
    string Source,
    string Sha256,
    string InputName,
    string OutputName,
    int InputWidth,
    int InputHeight,
    TensorLayout Layout,
    PixelScaling Scaling,
    int FeatureWidth)
{
    /// <summary>The input's shape for one image.</summary>
    public long[] InputShape => Layout == TensorLayout.Nhwc
        ? [1, InputHeight, InputWidth, 3]
        : [1, 3, InputHeight, InputWidth];
}

/// <summary>
/// No model can be used; the message is one sentence that names the model, what is wrong with it and what to do. Thrown
/// before any image is read.
/// </summary>
/// <param name="message">The sentence.</param>
/// <param name="cause">What led here.</param>
public sealed class ModelException(string message, Exception? cause = null) : PomonaException(ExitCode.Model, message, cause);
