namespace Pomona.Job.Quality;

/// <summary>
/// The features of photographs, coarsely: enough for the cosine of two of them. Of small pictures they tell nothing of copies:
/// resized or encoded again, those differ more from themselves than from each other.
/// </summary>
/// <param name="Images">Which images, by their numbers, ascending.</param>
/// <param name="Rows">Their features, row after row.</param>
/// <param name="Width">Numbers per row.</param>
internal sealed record PhotographFeatures(int[] Images, sbyte[] Rows, int Width)
{
    /// <summary>Rows and columns that a photograph has at least.</summary>
    public const int LeastSide = 150;

    /// <summary>Whether an image of this size is one.</summary>
    public static bool IsPhotograph((int Width, int Height) size) => Math.Min(size.Width, size.Height) >= LeastSide;
}
