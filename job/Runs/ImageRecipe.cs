using Pomona.Vision.Imaging;

namespace Pomona.Job.Runs;

/// <summary>How an image is brought to a model.</summary>
/// <param name="Resize">The filter that brings it to the model's size.</param>
/// <param name="HonourOrientation">Whether it is turned upright.</param>
/// <param name="Decode">How much of it is decoded.</param>
/// <param name="MaxMegapixels">A larger one is rejected.</param>
internal sealed record ImageRecipe(ResizeFilter Resize, bool HonourOrientation, DecodeMode Decode, double MaxMegapixels)
{
    /// <summary>What is decoded of it for a model of that input.</summary>
    public DecodeSettings DecodingFor(int width, int height)
        => new(MaxMegapixels, HonourOrientation, Decode == DecodeMode.Scaled ? (width, height) : null);
}
