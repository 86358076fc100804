using System.CommandLine;
using System.Globalization;
using Pomona.Contracts;

namespace Pomona.CommandLine;

/// <summary>Makes options that take a number within bounds, refused with a sentence that says them.</summary>
public static class NumberOption
{
    /// <summary>A whole number.</summary>
    public static Option<int> Whole(string name, string value, string description, int usual, int least, int most)
        => Bounded(name, value, description, usual, text =>
            int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && number >= least && number <= most
                ? number
                : null, $"choose a whole number from {Text(least)} to {Text(most)}.");

    /// <summary>A number above zero.</summary>
    public static Option<double> Positive(string name, string value, string description, double usual, double most)
        => Number(name, value, description, usual, number => number > 0 && number <= most, $"choose a number above 0, up to {Text(most)}.");

    /// <summary>A number within bounds.</summary>
    public static Option<double> Between(string name, string value, string description, double usual, double least, double most)
        => Number(name, value, description, usual, number => number >= least && number <= most, $"choose a number from {Text(least)} to {Text(most)}.");

    private static Option<double> Number(string name, string value, string description, double usual, Func<double, bool> isAllowed, string advice)
        => Bounded(name, value, description, usual, text =>
            double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && isAllowed(number) ? number : null, advice);

    private static Option<T> Bounded<T>(
        string name, string value, string description, T usual, Func<string, T?> read, string advice)
        where T : struct => new(name)
        {
            HelpName = value,
            Description = description,
            DefaultValueFactory = _ => usual,
            CustomParser = result =>
            {
                var text = result.Tokens.Count == 0 ? string.Empty : result.Tokens[0].Value;
                if (read(text) is { } number)
                    return number;

                result.AddError($"{name} is '{Printable.Excerpt(text)}': {advice}");
                return usual;
            },
        };

    private static string Text(IFormattable number) => number.ToString(null, CultureInfo.InvariantCulture);
}
