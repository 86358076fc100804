using System.Globalization;

namespace Pomona.Job.Reporting;

/// <summary>
/// How the page writes numbers: for readers of English, whatever the machine's culture, and never apart from their units.
/// </summary>
internal static class ShownNumbers
{
    /// <summary>12,345.</summary>
    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>"1 image", "12,345 images".</summary>
    public static string Count(long count, string one, string many) => $"{Count(count)} {(count == 1 ? one : many)}";

    /// <summary>73.1 %; never rounded up to 100 % or down to 0 % when it is neither.</summary>
    public static string Percent(double share)
        => share switch
        {
            > 0 and < 0.0005 => "<\u00A00.1\u00A0%",
            > 0.9995 and < 1 => ">\u00A099.9\u00A0%",
            _ => (100 * share).ToString(share is 0 or 1 ? "F0" : "F1", CultureInfo.InvariantCulture) + "\u00A0%",
        };

    /// <summary>0.03 s, 12.3 s, 3 min 20 s, 2 h 05 min.</summary>
    public static string Duration(double seconds)
    {
        var time = TimeSpan.FromSeconds(Math.Round(seconds));
        return seconds < 0.995 ? seconds.ToString("F2", CultureInfo.InvariantCulture) + "\u00A0s"
            : seconds < 59.95 ? seconds.ToString("F1", CultureInfo.InvariantCulture) + "\u00A0s"
            : time.TotalHours < 1 ? string.Create(CultureInfo.InvariantCulture, $"{time.Minutes}\u00A0min\u00A0{time.Seconds:D2}\u00A0s")
            : string.Create(CultureInfo.InvariantCulture, $"{(long)time.TotalHours}\u00A0h\u00A0{time.Minutes:D2}\u00A0min");
    }

    /// <summary>As <see cref="Duration"/>, with plain spaces, for a terminal or a log.</summary>
    public static string PlainDuration(double seconds) => Duration(seconds).Replace('\u00A0', ' ');

    /// <summary>A coordinate of an SVG, to a tenth.</summary>
    public static string Place(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);

    /// <summary>The length of a bar of 100, visible as soon as there is anything.</summary>
    public static string Bar(double value, double most)
        => Place(value <= 0 || most <= 0 ? 0 : Math.Max(0.6, Math.Min(100, 100 * value / most)));
}
