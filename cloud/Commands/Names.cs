using System.CommandLine;
using System.CommandLine.Parsing;
using Pomona.Cloud.Runs;
using Pomona.Contracts;

namespace Pomona.Cloud.Commands;

/// <summary>The names that people type: what is none is refused before anything is asked of an account.</summary>
internal static class Names
{
    /// <summary>An argument that names a run, by its id or its data set.</summary>
    public static Argument<RunReference?> RunArgument(string description, bool isNeeded) => new("RUN")
    {
        Description = description,
        CustomParser = RunReference.Parse,
        Arity = isNeeded ? ArgumentArity.ExactlyOne : ArgumentArity.ZeroOrOne,
    };

    /// <summary>An argument that is a run's id, where the newest run of a data set would be too easily another than was meant.</summary>
    public static Argument<RunId?> IdArgument(string description) => new("RUN") { Description = description, CustomParser = Run };

    /// <summary>The option that answers a question beforehand.</summary>
    public static Option<bool> YesOption() => new("--yes", "-y") { Description = "Do not ask" };

    public static DatasetName? Dataset(ArgumentResult result)
    {
        var text = result.Tokens.Count == 0 ? string.Empty : result.Tokens[0].Value;
        if (!DatasetName.TryParse(text, out var name))
            result.AddError($"'{Printable.Excerpt(text)}' is not a data set name: use {DatasetName.Rule}.");
        return name;
    }

    private static RunId? Run(ArgumentResult result)
    {
        var text = result.Tokens.Count == 0 ? string.Empty : result.Tokens[0].Value;
        if (!RunId.TryParse(text, out var run))
            result.AddError($"'{Printable.Excerpt(text)}' is not a run's id, such as {RunId.Example}: './pomona cloud runs' lists them.");
        return run;
    }
}
