using System.Text;
using Pomona.Functions.Planning;

namespace Pomona.Functions.Mails;

internal sealed class EnglishRunMails : IRunMails
{
    private static readonly Figures Figures = Figures.English;

    public MailLanguage Language => MailLanguage.English;

    public Mail Ready(RunFacts facts)
    {
        var text = new StringBuilder();
        text.Append($"The cluster for data set {facts.Dataset} is ready, the job begins.\n\n");
        Data(text, facts);
        Cluster(text, facts);
        if (facts.Plan is { } plan)
        {
            text.Append($"Expected: {Figures.Duration(TimeSpan.FromSeconds(plan.Estimate.JobSeconds))} of work, ");
            text.Append($"{Figures.Expected(plan.Estimate.Cost, plan.Estimate.Currency)} in all ");
            text.Append($"(at most {Figures.Expected(plan.Estimate.CostAtMost, plan.Estimate.Currency)} without Spot; prices of {plan.Estimate.PriceDate})\n");
            if (plan.Cluster is { MaxSeconds: > 0 } cluster)
                text.Append($"Time allowed: {Allowed(cluster)} ({cluster.LimitedBy}); then the run is stopped, and can be gone on with\n");
            if (plan.Cluster is { KeepMinutes: > 0 } kept)
            {
                text.Append($"After the run the cluster stays for {Figures.Duration(TimeSpan.FromMinutes(kept.KeepMinutes))}, as far as the time allowed leaves; ");
                text.Append($"about {Figures.Money(plan.Estimate.KeepCost, plan.Estimate.Currency)} of the above\n");
            }

            Engine(text, plan);
            if (plan.Estimate.Unpriced is { Count: > 0 } unpriced)
                text.Append($"No price is known of {string.Join(", ", unpriced)}: reckoned as m5\n");
        }

        if (facts.ClusterId is not null)
            text.Append($"\n{Pages(facts)}");
        Links(text, facts, withReport: false);
        return Mail.Create($"Pomona: {facts.Dataset} is ready, the job begins", text.ToString());
    }

    public Mail Finished(RunFacts facts)
    {
        var text = new StringBuilder();
        text.Append($"The run of data set {facts.Dataset} has finished.\n\n");
        if (facts.Summary is { } summary)
        {
            text.Append($"Images: {Figures.Count(summary.Images)} in {Figures.Count(summary.Labels, "class", "classes")}");
            text.Append(summary.Rejected > 0 ? $", {Figures.Count(summary.Rejected)} rejected (see rejected.jsonl)\n" : ", none rejected\n");
            text.Append($"Features: {Figures.Count(summary.Features)} per image");
            text.Append(summary.Components == 0
                ? "\n"
                : $", reduced to {Figures.Count(summary.Components, "component that explains", "components that explain")} {Figures.Percent(summary.ExplainedVariance)} of the variance\n");
            text.Append($"Model: {summary.Model}\n");
            text.Append($"Job: {Figures.Duration(TimeSpan.FromSeconds(summary.Seconds))}\n");
            foreach (var remark in Contracts.RunRemarks.Of(summary))
                text.Append($"{remark}\n");
        }

        Spent(text, facts);
        if (facts.Plan is { } plan)
            Engine(text, plan);
        text.Append(Staying(facts));
        Links(text, facts, withReport: true);
        return Mail.Create($"Pomona: {facts.Dataset} has finished", text.ToString());
    }

    public Mail Failed(RunFacts facts)
    {
        var text = new StringBuilder();
        text.Append(facts.Dataset is null ? "A run has failed.\n\n" : $"The run of data set {facts.Dataset} has failed.\n\n");
        text.Append($"Reason: {facts.Error ?? "not known; see the execution"}\n");
        if (facts is { TimeUsedUp: true, Plan.Cluster: { } stopped })
        {
            text.Append($"Stopped by {stopped.LimitedBy}: the time allowed, {Allowed(stopped)}, was over. What is done stays, and a run that goes on has the same time again; ");
            text.Append($"should that not be enough, raise {stopped.LimitedBy}.\n");
        }
        else if (facts.Explanation is not null)
        {
            text.Append($"{facts.Explanation}\n");
        }

        Data(text, facts);
        Cluster(text, facts);
        Spent(text, facts);
        // The mail is written before the cluster's end is verified: a promise that it has ended could be wrong.
        text.Append(IsWithoutCluster(facts)
            ? "No cluster was rented; functions that still work for the run end by themselves within 15 minutes. "
            : facts.ClusterId is null
            ? "No cluster of this run is known; should there be one after all, it is found and ended within 15 minutes. "
            : "The cluster is being ended. ");
        text.Append("A failed run is not repeated by itself");
        text.Append(facts.ResumeInput is { } input
            ? $". To go on where it stopped: ./pomona cloud resume {facts.Run}, or start an execution with this input:\n  {input}\nOr upload again for a new run (docs/execution-input.md).\n"
            : ": start it by hand (docs/execution-input.md), or upload again.\n");
        if (PlatformErrors.LogsOf(facts.OutputUri, facts.ClusterId) is { } logs)
            text.Append($"Logs: ./pomona cloud logs {facts.Run}, or aws s3 sync {logs} . (they come there after some minutes)\n");
        Links(text, facts, withReport: false);
        return Mail.Create($"Pomona: {facts.Dataset ?? "a run"} has failed", text.ToString());
    }

    public Mail OverBudget(RunFacts facts)
    {
        var text = new StringBuilder();
        text.Append($"Data set {facts.Dataset} was not run: {facts.Plan?.Reason ?? "it is over the budget."}\n\n");
        Data(text, facts);
        if (facts.Plan is { } plan)
        {
            text.Append($"Expected: {Figures.Expected(plan.Estimate.Cost, plan.Estimate.Currency)}, ");
            text.Append($"at most {Figures.Expected(plan.Estimate.CostAtMost, plan.Estimate.Currency)} {(IsWithoutCluster(facts) ? "where all is tried as often as it may be" : "without Spot")} ");
            text.Append($"(prices of {plan.Estimate.PriceDate})");
            text.Append(plan.Cluster is { KeepMinutes: > 0 } kept
                ? $"; {Figures.Money(plan.Estimate.KeepCost, plan.Estimate.Currency)} of it for the {kept.KeepMinutes} minutes that the cluster is to stay\n"
                : "\n");
            Engine(text, plan);
        }

        text.Append("Nothing was rented. Raise the stack's BudgetPerRun, or ask for ");
        text.Append($"{(IsWithoutCluster(facts) ? "a cluster" : "a smaller cluster")} by hand (docs/execution-input.md).\n");
        Links(text, facts, withReport: false);
        return Mail.Create($"Pomona: {facts.Dataset} is over budget", text.ToString());
    }

    public Mail Unchanged(RunFacts facts)
    {
        var text = new StringBuilder();
        text.Append($"Data set {facts.Dataset} was not run again. {facts.Plan?.Reason ?? "Nothing is new."}\n\n");
        if (facts is { Images: { } images, Bytes: { } bytes })
            text.Append($"Data: {Figures.Count(images, "image", "images")}, {Figures.Bytes(bytes)}\n");
        text.Append("Nothing was rented.\n");
        Links(text, facts, withReport: false);
        return Mail.Create($"Pomona: {facts.Dataset} has nothing new", text.ToString());
    }

    public Mail Waiting(RunFacts facts)
    {
        var text = new StringBuilder();
        text.Append($"The run of data set {facts.Dataset} waits: {facts.Error ?? "other runs' clusters have the room."}\n\n");
        Data(text, facts);
        text.Append("Nothing has been rented for it yet. It is looked at every five minutes and begins by itself; to have more at once, raise the stack's MaxStackVcpus (and see that the account's quotas allow it).\n");
        Links(text, facts, withReport: false);
        return Mail.Create($"Pomona: {facts.Dataset} waits for other runs", text.ToString());
    }

    private static string Pages(RunFacts facts)
        => $"{(facts.Plan?.Cluster is { Notebooks: true } ? "JupyterHub, " : string.Empty)}Spark and YARN pages: bootstrap/tunnel.sh {facts.ClusterId}\n";

    private static bool IsWithoutCluster(RunFacts facts) => facts is { ClusterId: null, Plan.Engine: Contracts.RunEngine.Functions };

    /// <summary>Which engine, why, and what the other would have cost.</summary>
    private static void Engine(StringBuilder text, PlannedRun plan)
    {
        if (plan.Functions is { } functions)
            text.Append($"Functions: {Figures.Count(functions.AtOnce)} at once of {Figures.Count(functions.MemoryMb)} MB; expected cost {Figures.Expected(plan.Estimate.Cost, plan.Estimate.Currency)} (prices of {plan.Estimate.PriceDate})\n");
        if (plan.Choice is { } choice)
            text.Append($"Engine: {Contracts.Printable.Excerpt(choice.Why, 600)}\n");
    }

    private static string Staying(RunFacts facts) => facts switch
    {
        _ when IsWithoutCluster(facts) => string.Empty,
        { Kept: { Until: { } until } kept, ClusterId: { } id } =>
            $"The cluster stays until {Figures.Moment(until)}, and is ended within 15 minutes after it"
            + (kept.Cost is { } cost && facts.Plan?.Estimate is { } estimate ? $"; about {Figures.Money(cost, estimate.Currency)} (prices of {estimate.PriceDate})" : string.Empty)
            + $". To end it now: aws emr terminate-clusters --cluster-ids {id}\n{Pages(facts)}",
        { Plan.Cluster.KeepMinutes: > 0 } => "The cluster is being ended: it could not be kept, or nothing is left of the time allowed.\n",
        _ => "The cluster is being ended.\n",
    };

    private static string Allowed(PlannedCluster cluster) => Figures.Duration(TimeSpan.FromSeconds(cluster.MaxSeconds));

    private static void Data(StringBuilder text, RunFacts facts)
    {
        if (facts is { Images: { } images, Bytes: { } bytes })
            text.Append($"Data: {Figures.Count(images, "image", "images")}, {Figures.Bytes(bytes)}\n");
        if (facts.Plan?.TakeOver is { } taken)
            text.Append($"{Contracts.Printable.Excerpt(taken, 600)}\n");
        if (facts.Run is not null)
            text.Append($"Run: {facts.Run}\n");
    }

    private static void Cluster(StringBuilder text, RunFacts facts)
    {
        if (facts.ClusterId is null)
            return;

        text.Append($"Cluster: {facts.ClusterId}");
        if (facts.Plan?.Cluster is { } cluster)
        {
            text.Append($", {cluster.PrimaryVcpus} + {cluster.CoreVcpus} vCPU On-Demand");
            if (cluster.TaskVcpus > 0)
                text.Append($", {cluster.TaskVcpus} vCPU {(cluster.Spot ? "Spot" : "On-Demand")} for tasks");
        }

        text.Append('\n');
        if (facts.Plan?.Cluster?.TypesLeftOut is { Count: > 0 } leftOut)
            text.Append($"Not offered here by {facts.Plan.Cluster.ReleaseLabel}, and left out: {string.Join(", ", leftOut)}\n");
    }

    private static void Spent(StringBuilder text, RunFacts facts)
    {
        if (facts is { ClusterAge: { } age, CostSoFar: { } cost, Plan.Estimate: { } estimate })
            text.Append($"Cluster time: {Figures.Duration(age)}, about {Figures.Money(cost, estimate.Currency)} (prices of {estimate.PriceDate})\n");
    }

    private static void Links(StringBuilder text, RunFacts facts, bool withReport)
    {
        text.Append('\n');
        if (withReport && facts.OutputUri is not null)
        {
            text.Append($"Report: {facts.ReportUrl ?? facts.OutputUri + Contracts.RunLayout.Report}\n");
            text.Append($"Everything: aws s3 sync {facts.OutputUri} .\n");
        }

        if (facts.ExecutionUrl is not null)
            text.Append($"Execution: {facts.ExecutionUrl}\n");
    }
}
