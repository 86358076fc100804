namespace Pomona.Vision.Tests.Imaging;

/// <summary>The files that goldens/make_goldens.py wrote.</summary>
internal static class Golden
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Imaging", "goldens");

    /// <summary>The names of the image files.</summary>
    public static IEnumerable<string> Names => Rows("decode.tsv").Select(row => row[0]);

    /// <summary>An image file, or what it must decode to.</summary>
    public static byte[] Bytes(string name) => File.ReadAllBytes(Path.Combine(Folder, "decode", name));

    /// <summary>The lines of a table without its heading, cut at tabs.</summary>
    public static IEnumerable<string[]> Rows(string table) => File.ReadLines(Path.Combine(Folder, table))
        .Where(line => !line.StartsWith('#'))
        .Select(line => line.Split('\t'));

    /// <summary>Width and height as stored, then upright.</summary>
    public static (int Width, int Height, int UprightWidth, int UprightHeight) SizeOf(string name)
    {
        var row = Rows("decode.tsv").Single(row => row[0] == name);
        return (int.Parse(row[1]), int.Parse(row[2]), int.Parse(row[3]), int.Parse(row[4]));
    }
}
