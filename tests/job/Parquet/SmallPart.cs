using Pomona.Job.Parquet;

namespace Pomona.Job.Tests.Parquet;

/// <summary>A part in memory whose every number and text follows from its place.</summary>
internal static class SmallPart
{
    public static byte[] Write(int rows, int width, string column = "features")
    {
        using var file = new MemoryStream();
        using var writer = new PartWriter(file, column, width);
        for (var row = 0; row < rows; row++)
            writer.Add(Image(row), Label(row), Values(row, width));
        writer.Complete();
        return file.ToArray();
    }

    public static string Image(int row) => $"{Label(row)}/été {row:D5} 🍐.jpg";

    public static string Label(int row) => (row / 700) switch { 0 => "apple", 1 => "kiwi", _ => "poire d'été" };

    public static float[] Values(int row, int width)
        => [.. Enumerable.Range(0, width).Select(j => j % 3 == 0 ? 0f : (row - 5) / 8f + (j * 0.001f))];
}
