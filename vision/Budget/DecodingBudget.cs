using System.Globalization;
using Pomona.Vision.Formats;
using Pomona.Vision.Imaging;

namespace Pomona.Vision.Budget;

/// <summary>
/// What decoding one image may take: so far above what any honest file needs (a second or two for the slowest of 10
/// megapixels) that a slow processor and a fast one agree on what is beyond it.
/// </summary>
public static class DecodingBudget
{
    /// <summary>How much slower than the processor's clock the one on the wall may be said to run, where there is no other.</summary>
    internal const int PatienceFactor = 10;

    private const double Seconds = 60;
    private const double SecondsPerMegapixel = 2;
    private const long MostPixels = (long)DecodeSettings.MaxSide * DecodeSettings.MaxSide;

    /// <summary>
    /// How long a decoder may be waited for that works on threads of its own, since nothing tells which of the process's they
    /// are: half a minute's work on a machine where everything takes twenty times as long, and shorter than a run may be
    /// without progress.
    /// </summary>
    internal static readonly TimeSpan MostWaiting = TimeSpan.FromMinutes(10);

    /// <summary>The processor time that decoding a file may take; headers claim any size before anybody has looked at it.</summary>
    public static TimeSpan Of(in ImageHeader header)
        => TimeSpan.FromSeconds(Seconds + (SecondsPerMegapixel * Math.Min(header.PixelCount, MostPixels) / 1e6));

    /// <summary>The reason of the rejection of a file that takes more: the same on every machine.</summary>
    public static string ReasonOf(in ImageHeader header)
        => string.Create(CultureInfo.InvariantCulture, $"took longer than {Of(header).TotalSeconds:0} s to decode");
}
