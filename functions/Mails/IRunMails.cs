using Pomona.Contracts;
using Pomona.Functions.Clusters;
using Pomona.Functions.Planning;

namespace Pomona.Functions.Mails;

/// <summary>The mails about runs, in one language.</summary>
internal interface IRunMails
{
    MailLanguage Language { get; }

    /// <summary>The cluster is up and the job begins.</summary>
    Mail Ready(RunFacts facts);

    Mail Finished(RunFacts facts);

    Mail Failed(RunFacts facts);

    /// <summary>The run would cost more than the budget.</summary>
    Mail OverBudget(RunFacts facts);

    /// <summary>Nothing is new: an earlier run's results stand.</summary>
    Mail Unchanged(RunFacts facts);

    /// <summary>The run waits until other runs' clusters have ended.</summary>
    Mail Waiting(RunFacts facts);
}

/// <summary>What is known about a run when a mail about it is written; null where it is not.</summary>
/// <param name="Dataset">The data set.</param>
/// <param name="Run">The run.</param>
/// <param name="Images">Images of the snapshot.</param>
/// <param name="Bytes">Their size.</param>
/// <param name="Plan">The plan.</param>
/// <param name="Summary">The job's summary.</param>
/// <param name="ClusterId">The cluster.</param>
/// <param name="ClusterAge">How long the cluster has been there.</param>
/// <param name="CostSoFar">What it has cost, by the prices of the stack.</param>
/// <param name="Error">What went wrong, in one line.</param>
/// <param name="Explanation">What that means and where to look, for an error of the platform's; null for others.</param>
/// <param name="TimeUsedUp">Whether the run was stopped because the time allowed was over.</param>
/// <param name="Kept">Whether, and until when, the cluster stays after the run.</param>
/// <param name="OutputUri">The run's folder.</param>
/// <param name="ResumeInput">The execution input that goes on with the run; null when it did not come to its snapshot.</param>
/// <param name="ReportUrl">The report in the console.</param>
/// <param name="ExecutionUrl">The execution in the console.</param>
internal sealed record RunFacts(
    string? Dataset,
    string? Run,
    long? Images,
    long? Bytes,
    PlannedRun? Plan,
    RunSummary? Summary,
    string? ClusterId,
    TimeSpan? ClusterAge,
    decimal? CostSoFar,
    string? Error,
    string? Explanation,
    bool TimeUsedUp,
    KeptCluster? Kept,
    string? OutputUri,
    string? ResumeInput,
    string? ReportUrl,
    string? ExecutionUrl);
