using System.CommandLine.Parsing;
using Pomona.Contracts;

namespace Pomona.Cloud.Runs;

/// <summary>Which run a person means: by its id, or as the newest one of a data set.</summary>
/// <param name="Run">The run's id.</param>
/// <param name="Dataset">The data set whose newest run it is.</param>
internal sealed record RunReference(RunId? Run, DatasetName? Dataset)
{
    public override string ToString() => Run?.Value ?? Dataset!.Value;

    /// <summary>Reads what was typed; what is neither is refused before anything is asked of an account.</summary>
    public static RunReference? Parse(ArgumentResult result)
    {
        if (result.Tokens.Count == 0)
            return null;
        var text = result.Tokens[0].Value;
        // Every id has the form of a data set's name too.
        if (RunId.TryParse(text, out var run))
            return new RunReference(run, null);
        if (DatasetName.TryParse(text, out var dataset))
            return new RunReference(null, dataset);
        result.AddError(
            $"'{Printable.Excerpt(text)}' is neither a run's id, such as {RunId.Example}, nor a data set's name: './pomona cloud runs' lists both.");
        return null;
    }
}
