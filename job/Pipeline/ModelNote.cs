using System.Globalization;
using Pomona.Contracts;
using Pomona.Job.Runs;
using Pomona.Vision.Imaging;

namespace Pomona.Job.Pipeline;

/// <summary>What is written into the published model files so that they can be used without the run: name and value pairs.</summary>
internal static class ModelNote
{
    private const string Resize = "resize";
    private const string ExifRotation = "exif_rotation";
    private const string Decode = "decode";

    /// <summary>Which images are rejected; it changes nothing about the others.</summary>
    public const string MaxMegapixels = "max_megapixels";

    /// <summary>How the images were brought to the model, as the pairs say; null where they do not say it.</summary>
    public static ImageRecipe? ReadRecipe(IReadOnlyDictionary<string, string> notes)
        => ResizeFilterName.TryParse(notes.GetValueOrDefault(Resize), out var filter)
            && notes.GetValueOrDefault(ExifRotation) is JobArguments.On or JobArguments.Off
            && notes.GetValueOrDefault(Decode) is JobArguments.Exact or JobArguments.Scaled
            && double.TryParse(notes.GetValueOrDefault(MaxMegapixels), NumberStyles.Float, CultureInfo.InvariantCulture, out var most) && most > 0
            ? new ImageRecipe(
                filter,
                notes[ExifRotation] == JobArguments.On,
                notes[Decode] == JobArguments.Scaled ? DecodeMode.Scaled : DecodeMode.Exact,
                most)
            : null;

    /// <summary>The pairs for these settings.</summary>
    public static IReadOnlyDictionary<string, string> Of(RunSettings settings) => new SortedDictionary<string, string>(StringComparer.Ordinal)
    {
        ["model_name"] = settings.Model.Name,
        ["model_source"] = settings.Model.Source,
        ["model_sha256"] = settings.Model.Sha256,
        [Resize] = ResizeFilterName.Of(settings.Resize),
        ["input_width"] = settings.Model.InputWidth.ToString(CultureInfo.InvariantCulture),
        ["input_height"] = settings.Model.InputHeight.ToString(CultureInfo.InvariantCulture),
        ["layout"] = settings.Model.Layout.ToString(),
        ["scaling_mean"] = string.Join(' ', settings.Model.Scaling.Mean.Select(Text)),
        ["scaling_scale"] = string.Join(' ', settings.Model.Scaling.Scale.Select(Text)),
        [ExifRotation] = settings.HonourOrientation ? JobArguments.On : JobArguments.Off,
        [Decode] = DecodeModeName.Of(settings.Decode),
        [MaxMegapixels] = settings.MaxMegapixels.ToString("R", CultureInfo.InvariantCulture),
    };

    private static string Text(float value) => value.ToString("R", CultureInfo.InvariantCulture);
}
