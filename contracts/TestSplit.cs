using System.Text.Json.Serialization;

namespace Pomona.Contracts;

/// <summary>
/// A data set of which some images are for testing alone: all that lie in one of its first folders. In it, and in
/// <see cref="Training"/>, the class is the second folder: <c>Training/apple/1.jpg</c>, <c>Test/apple/2.jpg</c>.
/// </summary>
/// <param name="Test">The first folder with the images to test with.</param>
/// <param name="Training">The first folder with the images to train on; null where other folders are classes as ever.</param>
public sealed record TestSplit(string Test, string? Training)
{
    /// <summary>The first folder of images to train on, as Fruits-360 names it.</summary>
    public const string TrainingFolder = "Training";

    /// <summary>The first folder of images to test with, as Fruits-360 names it.</summary>
    public const string TestFolder = "Test";

    /// <summary>The remark on a run with a split, for people.</summary>
    [JsonIgnore]
    public string Remark => $"The images in {Printable.Excerpt(Test, 80)}/ were set aside for testing: the components and the classifier were fitted to all others.";

    /// <summary>Whether an image is for testing alone.</summary>
    /// <param name="key">The image's key.</param>
    public bool Tests(string key) => IsBelow(Test, key);

    /// <summary>The image's class: the folder below the split's, or the first.</summary>
    /// <param name="key">The image's key.</param>
    public string LabelOf(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return Tests(key) ? ManifestEntry.LabelOf(key[(Test.Length + 1)..])
            : Training is not null && IsBelow(Training, key) ? ManifestEntry.LabelOf(key[(Training.Length + 1)..])
            : ManifestEntry.LabelOf(key);
    }

    private static bool IsBelow(string folder, string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return key.Length > folder.Length && key[folder.Length] == '/' && key.StartsWith(folder, StringComparison.Ordinal);
    }
}
