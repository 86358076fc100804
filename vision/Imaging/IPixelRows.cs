namespace Pomona.Vision.Imaging;

/// <summary>
/// Takes a picture's rows from the top as they are decoded, so that a large one need not be in memory whole. A decoder that
/// has to look at a file again begins anew.
/// </summary>
public interface IPixelRows
{
    /// <summary>A picture of this size follows.</summary>
    void Begin(int width, int height);

    /// <summary>Where to write rows: red, green, blue of each pixel, without gaps.</summary>
    /// <param name="top">The first row's index: the last rows' end.</param>
    /// <param name="count">How many.</param>
    Span<byte> Rows(int top, int count);

    /// <summary>They have been written.</summary>
    void Written(int top, int count);
}
