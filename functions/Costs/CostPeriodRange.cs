using System.Globalization;

namespace Pomona.Functions.Costs;

/// <summary>The days that a cost report is about.</summary>
/// <param name="Start">The first, yyyy-MM-dd.</param>
/// <param name="End">The day after the last.</param>
/// <param name="Date">The report's day, by which its files are named.</param>
public sealed record CostPeriodRange(string Start, string End, string Date)
{
    /// <summary>Four weeks, so that there is a trend.</summary>
    public const int Weeks = 4;

    /// <summary>The weeks before a day.</summary>
    public static CostPeriodRange Before(DateTimeOffset now)
    {
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        return new CostPeriodRange(Written(today.AddDays(-7 * Weeks)), Written(today), Written(today));
    }

    /// <summary>Reads the days; throws a <see cref="FormatException"/> on anything that is not a date.</summary>
    internal (DateOnly Start, DateOnly End) Days() => (Read(Start), Read(End));

    internal static DateOnly Read(string? date)
        => DateOnly.TryParseExact(date, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? day
            : throw new FormatException($"'{Contracts.Printable.Excerpt(date, 20)}' is not a date like 2026-11-24.");

    private static string Written(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
