using System.Globalization;

namespace Pomona.Bench;

/// <summary>Stub.</summary>
internal static class DrawnScenes
{
    public static void Write(string folder, int count)
    {
        for (var i = 0; i < 4; i++)
            DrawnPhotos.Write(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"class-{i}")), count / 4, 640 + 32 * i, 480);
    }
}
