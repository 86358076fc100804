using System.Globalization;

namespace Pomona.Functions.Mails;

/// <summary>
/// Numbers as a language writes them. The functions run without culture data (it would slow their start), so that the two
/// languages' few rules are here.
/// </summary>
internal sealed class Figures
{
    private readonly NumberFormatInfo _format;
    private readonly string _day;

    private Figures(string decimalSeparator, string groupSeparator, string day)
    {
        _format = new NumberFormatInfo
        {
            NumberDecimalSeparator = decimalSeparator,
            NumberGroupSeparator = groupSeparator,
        };
        _day = day;
    }

    /// <summary>1,234.5</summary>
    public static Figures English { get; } = new(".", ",", "d");

    /// <summary>1 234,5 with spaces that do not break.</summary>
    public static Figures French { get; } = new(",", "\u00A0", "j");

    public static Figures Of(MailLanguage language) => language == MailLanguage.French ? French : English;

    public string Count(long number) => number.ToString("#,0", _format);

    /// <summary>"1 class", "2 classes".</summary>
    public string Count(long number, string one, string many) => $"{Count(number)} {(number == 1 ? one : many)}";

    public string Money(decimal amount, string currency) => $"{amount.ToString("#,0.00", _format)} {currency}";

    /// <summary>What a run is expected to cost: below ten cents, where one without a cluster may be, to the hundredth of a cent.</summary>
    public string Expected(decimal amount, string currency)
        => amount is > 0 and < 0.1m ? $"{amount.ToString("0.00##", _format)} {currency}" : Money(amount, currency);

    /// <summary>A share, 0 to 1, in per cent.</summary>
    public string Percent(double share) => $"{(share * 100).ToString("0.0", _format)} %";

    /// <summary>A size in the largest decimal unit that leaves at least 1.</summary>
    public string Bytes(long bytes)
    {
        string[] units = _day == "j" ? ["o", "ko", "Mo", "Go", "To"] : ["B", "kB", "MB", "GB", "TB"];
        double size = bytes;
        var unit = 0;
        for (; size >= 1000 && unit < units.Length - 1; unit++)
            size /= 1000;
        return $"{size.ToString(unit == 0 ? "0" : "0.0", _format)} {units[unit]}";
    }

    /// <summary>A moment, to the minute, the same in both languages: nobody mistakes the year for the day.</summary>
    public static string Moment(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>A duration, to the minute from one minute on.</summary>
    public string Duration(TimeSpan time) => time switch
    {
        { TotalSeconds: < 60 } => $"{Math.Max(0, time.Seconds)} s",
        { TotalMinutes: < 60 } => $"{(int)time.TotalMinutes} min",
        { TotalHours: < 24 } => $"{(int)time.TotalHours} h {time.Minutes:00} min",
        _ => $"{(int)time.TotalDays} {_day} {time.Hours} h",
    };
}
