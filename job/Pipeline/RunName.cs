using Pomona.Contracts;

namespace Pomona.Job.Pipeline;

/// <summary>What a run is called in its marker and on its page.</summary>
internal static class RunName
{
    /// <summary>
    /// In the bucket, data set and run id from <c>runs/&lt;data set&gt;/&lt;run&gt;/</c>; on a laptop the names of the input
    /// folder and the output folder.
    /// </summary>
    public static (string Dataset, string Run) Of(string input, string output)
    {
        var parts = output.TrimEnd('/').Split('/');
        if (parts is [.., var runs, var dataset, var run]
            && runs + "/" == BucketLayout.Runs
            && DatasetName.TryParse(dataset, out _)
            && RunId.TryParse(run, out _))
            return (dataset, run);

        return (LastPart(input), LastPart(output));
    }

    private static string LastPart(string address)
    {
        var name = address.TrimEnd('/').Split('/')[^1];
        return Printable.Excerpt(name.Length == 0 ? address : name, 80);
    }
}
