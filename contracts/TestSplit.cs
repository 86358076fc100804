using System.Globalization;

namespace Pomona.Contracts;

/// <summary>
/// A data set of which some images are for testing alone: all that lie in one of its first folders. In it, and in
/// <see cref="Training"/>, the class is the second folder: <c>Training/apple/1.jpg</c>, <c>Test/apple/2.jpg</c>.
/// </summary>
/// <param name="Test">The first folder with the images to test with.</param>
/// <param name="Training">The first folder with the images to train on; null where other folders are classes as ever.</param>
/// <param name="Images">How many images are for testing.</param>
/// <param name="IsAsked">True where it was asked for; null where the folders' names say it.</param>
public sealed record TestSplit(string Test, string? Training, long Images, bool? IsAsked = null)
{
    /// <summary>The first folder of images to train on, as Fruits-360 names it.</summary>
    public const string TrainingFolder = "Training";

    /// <summary>The first folder of images to test with, as Fruits-360 names it.</summary>
    public const string TestFolder = "Test";

    private const int LongestName = 255;

    /// <summary>Whether a text names a first folder that may hold images.</summary>
    public static bool IsFolder(string? name) => name is { Length: > 0 and <= LongestName }
        && !name.Contains('/', StringComparison.Ordinal) && name is not ("." or "..") && ImageFileName.IsImage(name + "/any.jpg");

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

    /// <summary>Why a data set cannot be run with the split that was asked for, as a clause; null when it can.</summary>
    /// <param name="images">How many images the data set has.</param>
    public string? Refusal(long images)
        => images == 0 ? null
            : Images == 0 ? $"there is no image in the folder '{Printable.Excerpt(Test, 80)}'"
            : Images == images ? string.Create(CultureInfo.InvariantCulture, $"all {images:N0} images are in the folder '{Printable.Excerpt(Test, 80)}', and none is left to fit to")
            : null;

    internal static bool IsBelow(string folder, string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return key.Length > folder.Length && key[folder.Length] == '/' && key.StartsWith(folder, StringComparison.Ordinal);
    }
}

/// <summary>
/// Finds a data set's split while its images are listed: the one that is asked for, or, where every image lies in a class's folder
/// in <see cref="TestSplit.TrainingFolder"/> or <see cref="TestSplit.TestFolder"/> and both have some, that.
/// </summary>
/// <param name="asked">The folder that is asked for; null for none.</param>
internal sealed class TestSplitTally(string? asked)
{
    private long _training;
    private long _test;
    private long _others;

    /// <summary>The split of the images added so far; null when there is none.</summary>
    public TestSplit? Split
        => asked is not null ? new TestSplit(asked, _training > 0 ? TestSplit.TrainingFolder : null, _test, IsAsked: true)
            : _training > 0 && _test > 0 && _others == 0 ? new TestSplit(TestSplit.TestFolder, TestSplit.TrainingFolder, _test)
            : null;

    public void Add(string key)
    {
        if (TestSplit.IsBelow(asked ?? TestSplit.TestFolder, key) && IsOfClass(asked ?? TestSplit.TestFolder, key))
            _test++;
        else if (TestSplit.IsBelow(TestSplit.TrainingFolder, key) && IsOfClass(TestSplit.TrainingFolder, key))
            _training++;
        else
            _others++;
    }

    /// <summary>Images that lie directly in the two folders make them classes, unless the split is asked for.</summary>
    private bool IsOfClass(string folder, string key) => asked is not null || ManifestEntry.IsInFolder(key[(folder.Length + 1)..]);
}

/// <summary>What a finished run says of its test set.</summary>
/// <param name="Folder">The first folder that its images are in.</param>
/// <param name="Images">Those of them that gave features.</param>
/// <param name="Accuracy">The share that the run's classifier named rightly, 0 to 1; null where the run has none.</param>
public sealed record TestResult(string Folder, long Images, double? Accuracy)
{
    /// <inheritdoc cref="TestResult" path="/param[@name='Folder']"/>
    public string Folder { get; init => field = Printable.Excerpt(value ?? "", 80); } = Printable.Excerpt(Folder ?? "", 80);
}
