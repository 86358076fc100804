using System.Text.Json.Serialization;

namespace Pomona.Contracts;

/// <summary>What may be wrong with an image: a line of <see cref="RunLayout.Quality"/>, of which the most sure come first.</summary>
/// <param name="Kind">What: one of <see cref="FindingKind"/>; in the file it is called <c>finding</c>.</param>
/// <param name="Image">The image's key.</param>
/// <param name="Label">Its class.</param>
/// <param name="Score">How sure it is, 0 to 1, to three digits; just beyond what counts as wrong it is 0.5.</param>
/// <param name="Group">
/// Of the two kinds of duplicates, which images belong together: the first of them in the order of keys, within its kind. Null of
/// the others.
/// </param>
/// <param name="Suggested">Of a label, the class that fits better; null of the others.</param>
/// <param name="Across">Of a group, what it lies across: <see cref="Classes"/>, <see cref="Split"/>, or both; null where neither.</param>
/// <param name="IsSeries">
/// True of a group in which no image is near all the others, as with the frames of one object that turns; null elsewhere.
/// </param>
public sealed record Finding(
    [property: JsonPropertyName("finding")] string Kind,
    string Image,
    string Label,
    double Score,
    string? Group = null,
    string? Suggested = null,
    string? Across = null,
    [property: JsonPropertyName("series")] bool? IsSeries = null)
{
    /// <summary>A group of several classes.</summary>
    public const string Classes = "classes";

    /// <summary>A group with images for training and images for testing.</summary>
    public const string Split = "split";

    /// <summary>A group of both.</summary>
    public const string ClassesAndSplit = "classes and split";
}

/// <summary>What may be wrong with an image, as <see cref="RunLayout.Quality"/> names it.</summary>
public static class FindingKind
{
    /// <summary>The same file as another image, byte for byte.</summary>
    public const string Duplicate = "duplicate";

    /// <summary>The same picture as another image: encoded again, resized, or cropped a little.</summary>
    public const string NearDuplicate = "near-duplicate";

    /// <summary>Looks like another class than its own.</summary>
    public const string Label = "label";

    /// <summary>Far from all others of its class.</summary>
    public const string Outlier = "outlier";

    /// <summary>Much less sharp than the others of its class, or without any structure.</summary>
    public const string Blurred = "blurred";

    /// <summary>Dark all over.</summary>
    public const string Dark = "dark";

    /// <summary>Bright all over.</summary>
    public const string Bright = "bright";

    /// <summary>Much smaller or larger than the run's other images, or very long.</summary>
    public const string Size = "size";

    /// <summary>All of them, in the order in which the report shows them.</summary>
    public static IReadOnlyList<string> All { get; } = [Duplicate, NearDuplicate, Label, Outlier, Blurred, Dark, Bright, Size];
}
