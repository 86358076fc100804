using Pomona.Vision.Imaging;

namespace Pomona.Job.Quality;

/// <summary>The images of a run that are looked through for what may be wrong, in the order of their keys: all, or a sample.</summary>
/// <param name="Classes">The classes' names.</param>
/// <param name="Images">Keys.</param>
/// <param name="Labels">Each image's class, as a number of <paramref name="Classes"/>.</param>
/// <param name="AreTests">Whether it is for testing alone.</param>
/// <param name="ContentHashes">Equal of equal files.</param>
/// <param name="Pictures"><see cref="ImageCues.PictureBytes"/> an image: 16 × 16 pixels, red, green, blue, row by row.</param>
/// <param name="Sizes">Columns and rows.</param>
/// <param name="Sharpness"><see cref="ImageCues.Sharpness"/>.</param>
/// <param name="Components">Row after row; the same count for every image, possibly none.</param>
internal sealed record ExaminedImages(
    IReadOnlyList<string> Classes,
    IReadOnlyList<string> Images,
    int[] Labels,
    bool[] AreTests,
    UInt128[] ContentHashes,
    byte[] Pictures,
    (int Width, int Height)[] Sizes,
    float[] Sharpness,
    float[] Components)
{
    public int Count => Images.Count;

    /// <summary>Numbers of <see cref="Components"/> an image.</summary>
    public int Width => Count == 0 ? 0 : Components.Length / Count;

    /// <summary>The name of an image's class.</summary>
    public string LabelOf(int image) => Classes[Labels[image]];

    /// <summary>An image's small picture.</summary>
    public ReadOnlySpan<byte> PictureOf(int image) => Pictures.AsSpan(image * ImageCues.PictureBytes, ImageCues.PictureBytes);

    /// <summary>The images of each class, by number.</summary>
    public IReadOnlyList<IReadOnlyList<int>> ByClass()
    {
        var classes = new List<int>[Classes.Count];
        for (var c = 0; c < classes.Length; c++)
            classes[c] = [];
        for (var image = 0; image < Count; image++)
            classes[Labels[image]].Add(image);
        return classes;
    }
}
