using Pomona.Contracts;
using Pomona.Vision.Imaging;

namespace Pomona.Samples;

/// <summary>
/// A folder of drawn images, one sub-folder per class. Classes appear in it whole: they are drawn aside, in a hidden
/// sub-folder, and renamed when all of them are finished. Only files that prove that they were drawn
/// (<see cref="Certificate"/>) are replaced or removed.
/// </summary>
internal static class SampleFolder
{
    private const string Aside = ".pomona-drawing";

    /// <summary>In the folder aside: open in the one process that draws, and empty.</summary>
    private const string Held = "held";

    /// <summary>Draws the images; earlier drawn ones in the folder are replaced.</summary>
    /// <param name="path">The folder; created where it is missing.</param>
    /// <param name="perClass">Images of each class.</param>
    /// <param name="seed">The same seed draws the same images.</param>
    /// <param name="size">Width and height in pixels.</param>
    /// <param name="drawn">Told of every image drawn, from several threads.</param>
    /// <param name="cancellation">Stops the drawing; the folder's visible content stays as it was.</param>
    /// <exception cref="PomonaException">The folder holds something that was not drawn, or is being drawn in.</exception>
    public static void Write(
        string path, int perClass, int seed, int size, Action drawn, CancellationToken cancellation)
    {
        ThrowIfForeign(path);
        var aside = Path.Combine(path, Aside);
        Directory.CreateDirectory(aside);
        using var held = Hold(path, Path.Combine(aside, Held));
        ThrowIfForeignAside(path, held);
        foreach (var leftover in Directory.EnumerateDirectories(aside))
            Directory.Delete(leftover, recursive: true);
        foreach (var drawnClass in SampleClass.All)
            Directory.CreateDirectory(Path.Combine(aside, drawnClass.Name));

        Parallel.For(
            0L,
            (long)perClass * SampleClass.All.Count,
            new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount },
            () => Canvas(size),
            (i, _, canvas) =>
            {
                var image = new SampleImage(SampleClass.All[(int)(i % SampleClass.All.Count)], (int)(i / SampleClass.All.Count) + 1);
                File.WriteAllBytes(Path.Combine(aside, image.Class.Name, image.FileName), image.Draw(seed, canvas));
                drawn();
                return canvas;
            },
            canvas => canvas.Dispose());

        // Once more, after the minutes that drawing may take.
        ThrowIfForeign(path);
        foreach (var drawnClass in SampleClass.All)
        {
            var place = Path.Combine(path, drawnClass.Name);
            if (Directory.Exists(place))
                Directory.Delete(place, recursive: true);
            Directory.Move(Path.Combine(aside, drawnClass.Name), place);
        }

        Directory.Delete(aside, recursive: true);
    }

    private static RgbImage Canvas(int size)
    {
        var canvas = new RgbImage();
        canvas.Reset(size, size);
        return canvas;
    }

    private static FileStream Hold(string path, string file)
    {
        try
        {
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
        }
        catch (IOException) when (File.Exists(file))
        {
            throw new PomonaException(
                ExitCode.Conflict,
                $"another process is drawing into {Printable.Excerpt(path)}: wait for it, or choose another folder.");
        }
    }

    private static void ThrowIfForeign(string path)
    {
        if (File.Exists(path))
            throw new PomonaException(ExitCode.Conflict, $"{Printable.Excerpt(path)} is a file: name a folder to draw into.");
        if (!Directory.Exists(path))
            return;

        if (FirstForeign(path, SampleImage.IsDrawn, Aside) is { } foreign)
            throw Foreign(path, foreign);
    }

    /// <summary>What a killed drawing has left is cleared away; anything else is not.</summary>
    private static void ThrowIfForeignAside(string path, FileStream held)
    {
        var foreign = held.Length > 0 ? held.Name : FirstForeign(Path.Combine(path, Aside), SampleImage.IsBegun, Held);
        if (foreign is null)
            return;
        var isEmpty = held.Length == 0;
        held.Dispose();
        if (isEmpty)
            File.Delete(held.Name);
        throw Foreign(path, foreign);
    }

    private static PomonaException Foreign(string path, string foreign) => new(
        ExitCode.Conflict,
        $"{Printable.Excerpt(path)} holds {Printable.Excerpt(Path.GetRelativePath(path, foreign))}, which was not drawn by this "
        + "program, or was changed since: name an empty or a new folder.");

    /// <summary>The first entry of a folder of classes that is neither a class nor a file in one that may be removed; null when all are.</summary>
    private static string? FirstForeign(string path, Func<SampleClass, string, bool> isOwn, string besides)
    {
        if (!Directory.Exists(path))
            return null;
        foreach (var entry in Directory.EnumerateFileSystemEntries(path))
        {
            var name = Path.GetFileName(entry);
            if (name == besides)
                continue;
            var drawnClass = SampleClass.All.FirstOrDefault(known => known.Name == name);
            if (drawnClass is null || !IsFolder(entry))
                return entry;
            if (Directory.EnumerateFileSystemEntries(entry).FirstOrDefault(file => !isOwn(drawnClass, file)) is { } foreign)
                return foreign;
        }

        return null;
    }

    private static bool IsFolder(string path) => new DirectoryInfo(path) is { Exists: true, LinkTarget: null };
}
