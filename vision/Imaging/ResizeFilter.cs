namespace Pomona.Vision.Imaging;

/// <summary>
/// How pixels become fewer or more. The choice changes the features (nearest against bicubic: cosine 0.71), so it is
/// written into the model files and the report.
/// </summary>
public enum ResizeFilter
{
    /// <summary>Pillow's <c>Image.BICUBIC</c> (a = −0.5, support widened when shrinking): its default since 7.0.</summary>
    Bicubic,

    /// <summary>Pillow's <c>Image.BILINEAR</c>: a triangle whose support is widened when shrinking.</summary>
    Bilinear,

    /// <summary>Pillow's <c>Image.NEAREST</c>, the default of Keras' <c>load_img</c>.</summary>
    Nearest,

    /// <summary>
    /// TensorFlow's <c>tf.image.resize(method="bilinear", antialias=False)</c>: four neighbours around half-pixel centres,
    /// whatever the scale. TensorFlow returns floats; here they are rounded to the nearest byte, halves up.
    /// </summary>
    TensorFlowBilinear,
}

/// <summary>The filters' names on the command line, in model files and in reports.</summary>
public static class ResizeFilterName
{
    /// <summary>Every name, the default first.</summary>
    public static IReadOnlyList<string> All { get; } = ["bicubic", "bilinear", "nearest", "tf-bilinear"];

    /// <summary>The filter's name.</summary>
    public static string Of(ResizeFilter filter) => All[(int)filter];

    /// <summary>The filter of that name; false when there is none.</summary>
    public static bool TryParse(string? name, out ResizeFilter filter)
    {
        for (var i = 0; i < All.Count; i++)
        {
            if (All[i] == name)
            {
                filter = (ResizeFilter)i;
                return true;
            }
        }

        filter = default;
        return false;
    }
}
