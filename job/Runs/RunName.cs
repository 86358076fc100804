using Pomona.Contracts;

namespace Pomona.Job.Runs;

/// <summary>What a run is called in its marker and on its page.</summary>
/// <param name="Dataset">The data set's name, or the input folder's.</param>
/// <param name="Run">The run's id, or the output folder's name.</param>
internal sealed record RunName(string Dataset, string Run)
{
    /// <summary>
    /// In the bucket, data set and run id from <c>runs/&lt;data set&gt;/&lt;run&gt;/</c>; on a laptop the names of the input
    /// folder and the output folder.
    /// </summary>
    public static RunName Of(string input, string output)
    {
        var parts = output.TrimEnd('/').Split('/');
        if (parts is [.., var runs, var dataset, var run]
            && runs + "/" == BucketLayout.Runs
            && DatasetName.TryParse(dataset, out _)
            && RunId.TryParse(run, out _))
            return new RunName(dataset, run);

        return new RunName(LastPart(input), LastPart(output));
    }

    private static string LastPart(string address)
    {
        var name = address.TrimEnd('/').Split('/')[^1];
        return Printable.Excerpt(name.Length == 0 ? address : name, 80);
    }
}
