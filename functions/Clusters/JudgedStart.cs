using System.Text.Json.Nodes;

namespace Pomona.Functions.Clusters;

/// <summary>What the workflow says to JudgeStart.</summary>
/// <param name="ClusterId">The cluster that was asked for.</param>
/// <param name="Instances">RunJobFlow's Instances, as this cluster was asked for.</param>
/// <param name="Polls">How often this cluster has been looked at, <see cref="StartJudge.BetweenPolls"/> apart.</param>
/// <param name="TotalPolls">The same of all clusters of the run together.</param>
/// <param name="Previous">The answer before, or null.</param>
/// <param name="MaxSeconds">For how long the run may have clusters; null where the workflow does not say.</param>
public sealed record JudgeStartRequest(
    string ClusterId, JsonObject Instances, int Polls, int TotalPolls, JudgedStart? Previous = null, int? MaxSeconds = null);

/// <summary>How the start of a cluster goes.</summary>
/// <param name="Verdict"><see cref="Ready"/>, <see cref="Wait"/>, <see cref="Again"/> or <see cref="Failed"/>.</param>
/// <param name="Reason">For people, when it is to be asked for again or has failed: EMR's own words.</param>
/// <param name="Instances">What to ask for next: with other subnets and types where there are any.</param>
/// <param name="BootstrapFailures">How many clusters of this run have failed in their bootstrap actions.</param>
/// <param name="SecondsLeft">How much of the time allowed is left for the job.</param>
public sealed record JudgedStart(
    string Verdict, string Reason, JsonObject? Instances, int BootstrapFailures, int SecondsLeft = 0)
{
    /// <summary>Steps can be added.</summary>
    public const string Ready = "ready";

    /// <summary>Neither up nor given up.</summary>
    public const string Wait = "wait";

    /// <summary>This one will not come, and another one may: nothing has run.</summary>
    public const string Again = "again";

    /// <summary>Another one would not come either, or the time for it is over.</summary>
    public const string Failed = "failed";
}
