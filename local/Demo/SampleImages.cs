using System.Globalization;
using Pomona.Local.Account;
using Pomona.Local.Processes;

namespace Pomona.Local.Demo;

/// <summary>The images of a demo without images: drawn once by <c>pomona samples</c>, and kept.</summary>
internal static class SampleImages
{
    private const int Classes = 10;

    /// <summary>The folder with the drawn images.</summary>
    /// <param name="settings">Where the job and the kept images are.</param>
    /// <param name="count">How many images, in ten classes.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="LocalCloudException">They could not be drawn.</exception>
    public static async Task<string> EnsureAsync(LocalSettings settings, int count, CancellationToken cancellation)
    {
        var perClass = (count + Classes - 1) / Classes;
        var folder = Path.Combine(settings.Root, ".pomona", string.Create(CultureInfo.InvariantCulture, $"samples-{perClass}"));
        if (Directory.Exists(folder))
            return folder;

        // Drawn aside: a folder that is there is whole, whoever was interrupted. What is aside already, the drawing clears away
        // or refuses.
        var aside = $"{folder}.{Environment.ProcessId}";
        var drawn = await FinishedProgram.RunAsync(
            "dotnet",
            [settings.Samples, "samples", aside, "--count", perClass.ToString(CultureInfo.InvariantCulture)],
            cancellation);
        if (drawn.Code != 0)
            throw new LocalCloudException($"the sample images could not be drawn: {(drawn.Error + drawn.Output).Trim()}");
        if (!Directory.Exists(folder))
            Directory.Move(aside, folder);
        else
            Directory.Delete(aside, recursive: true); // just drawn, and another demo was quicker
        return folder;
    }
}
