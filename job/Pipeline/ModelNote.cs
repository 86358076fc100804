using System.Globalization;
using Pomona.Job.Runs;
using Pomona.Vision.Imaging;

namespace Pomona.Job.Pipeline;

/// <summary>What is written into the published model files so that they can be used without the run: name and value pairs.</summary>
internal static class ModelNote
{
    /// <summary>The pairs for these settings.</summary>
    public static IReadOnlyDictionary<string, string> Of(RunSettings settings) => new SortedDictionary<string, string>(StringComparer.Ordinal)
    {
        ["model_name"] = settings.Model.Name,
        ["model_source"] = settings.Model.Source,
        ["model_sha256"] = settings.Model.Sha256,
        ["resize"] = ResizeFilterName.Of(settings.Resize),
        ["input_width"] = settings.Model.InputWidth.ToString(CultureInfo.InvariantCulture),
        ["input_height"] = settings.Model.InputHeight.ToString(CultureInfo.InvariantCulture),
        ["layout"] = settings.Model.Layout.ToString(),
        ["scaling_mean"] = string.Join(' ', settings.Model.Scaling.Mean.Select(Text)),
        ["scaling_scale"] = string.Join(' ', settings.Model.Scaling.Scale.Select(Text)),
        ["exif_rotation"] = settings.HonourOrientation ? "on" : "off",
        ["decode"] = DecodeModeName.Of(settings.Decode),
    };

    private static string Text(float value) => value.ToString("R", CultureInfo.InvariantCulture);
}
