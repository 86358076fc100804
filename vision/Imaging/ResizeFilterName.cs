namespace Pomona.Vision.Imaging;

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
