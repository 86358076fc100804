using System.CommandLine.Parsing;
using Pomona.Contracts;

namespace Pomona.Cloud.Commands;

/// <summary>Reads the names that people type, and refuses what is none before anything is asked of an account.</summary>
internal static class Names
{
    /// <summary>A data set's name.</summary>
    public static DatasetName? Dataset(ArgumentResult result)
    {
        var text = result.Tokens.Count == 0 ? string.Empty : result.Tokens[0].Value;
        if (!DatasetName.TryParse(text, out var name))
            result.AddError($"'{Printable.Excerpt(text)}' is not a data set name: use 1 to {DatasetName.MaxLength} letters, digits, '-' or '_', beginning with a letter or digit.");
        return name;
    }

    /// <summary>A run's id.</summary>
    public static RunId? Run(ArgumentResult result)
    {
        if (result.Tokens.Count == 0)
            return null;
        var text = result.Tokens[0].Value;
        if (!RunId.TryParse(text, out var run))
            result.AddError($"'{Printable.Excerpt(text)}' is not a run's id: write one such as 20261121T130455Z-3f9a2c1b; './pomona cloud runs' lists them.");
        return run;
    }
}
