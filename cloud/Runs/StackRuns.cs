using System.Runtime.CompilerServices;
using Amazon.ElasticMapReduce;
using Amazon.ElasticMapReduce.Model;
using Amazon.StepFunctions;
using Amazon.StepFunctions.Model;
using Pomona.Contracts;

namespace Pomona.Cloud.Runs;

/// <summary>The runs of the stack: what Step Functions knows of their executions, and EMR of their clusters.</summary>
/// <param name="executions">Step Functions.</param>
/// <param name="clusters">EMR.</param>
/// <param name="pipeline">The ARN of the stack's workflow.</param>
internal sealed class StackRuns(IAmazonStepFunctions executions, IAmazonElasticMapReduce clusters, string pipeline)
{
    /// <summary>The newest events hold all that is known: what a state is given, it has from those before it.</summary>
    private const int NewestEvents = 40;

    /// <summary>As many as an answer may hold, where those do not.</summary>
    private const int EventsPerPage = 1000;

    /// <summary>More than a stage's batches have, with all their tries.</summary>
    private const int MostEvents = 10_000;

    private const int PerPage = 100;

    /// <summary>An execution that a person starts gives its run an id of the second in which it starts.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromMinutes(1);

    /// <summary>All executions that Step Functions remembers (90 days), newest first.</summary>
    public async IAsyncEnumerable<StackRun> AllAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var listed in ListAsync(null, cancellation))
            yield return await DescribeAsync(listed, cancellation);
    }

    /// <summary>The newest execution of a run, or of a data set; null where none is remembered.</summary>
    public async Task<StackRun?> FindAsync(RunReference reference, CancellationToken cancellation)
    {
        var began = reference.Run?.Start ?? DateTimeOffset.MinValue;
        await foreach (var listed in ListAsync(null, cancellation))
        {
            if (Time(listed.StartDate) + Slack < began)
                return null;
            // The name tells of most of them; only those that people started are to be looked into.
            var (dataset, run) = DatasetLock.NamesOf(listed.Name);
            if (run is not null && (reference.Run is null ? dataset != reference.Dataset : run != reference.Run))
                continue;
            var found = await DescribeAsync(listed, cancellation);
            if (reference.Run is null ? found.Dataset == reference.Dataset!.Value : found.Run == reference.Run.Value)
                return found;
        }

        return null;
    }

    public async IAsyncEnumerable<StackRun> RunningAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var listed in ListAsync(ExecutionStatus.RUNNING, cancellation))
            yield return await DescribeAsync(listed, cancellation);
    }

    /// <summary>Whether an execution runs; null where Step Functions knows none of that name.</summary>
    /// <param name="execution">Its ARN.</param>
    /// <param name="cancellation">Ends the call.</param>
    public async Task<bool?> IsOnAsync(string execution, CancellationToken cancellation)
    {
        try
        {
            return (await executions.DescribeExecutionAsync(new DescribeExecutionRequest { ExecutionArn = execution }, cancellation)).Status == ExecutionStatus.RUNNING;
        }
        catch (ExecutionDoesNotExistException)
        {
            return null;
        }
    }

    /// <summary>The same run, as it is now.</summary>
    public async Task<StackRun> AgainAsync(StackRun run, CancellationToken cancellation)
    {
        var now = await executions.DescribeExecutionAsync(new DescribeExecutionRequest { ExecutionArn = run.Execution }, cancellation);
        return await DescribeAsync(
            new ExecutionListItem { ExecutionArn = now.ExecutionArn, Name = now.Name, Status = now.Status, StartDate = now.StartDate, StopDate = now.StopDate },
            cancellation);
    }

    /// <summary>A run's cluster; null where it has none, or EMR has forgotten it.</summary>
    public async Task<RunCluster?> ClusterAsync(StackRun run, CancellationToken cancellation)
    {
        if (run.Cluster is not { } id)
            return null;
        try
        {
            var cluster = (await clusters.DescribeClusterAsync(new DescribeClusterRequest { ClusterId = id }, cancellation)).Cluster;
            var (created, ended) = (Time(cluster.Status.Timeline?.CreationDateTime), Time(cluster.Status.Timeline?.EndDateTime));
            return new RunCluster(
                id, cluster.Status.State.Value, Printable.Excerpt(cluster.Status.StateChangeReason?.Message), created, ended,
                KeepTime.Of((cluster.Tags ?? []).FirstOrDefault(static tag => tag.Key == ClusterTags.KeepUntil)?.Value, id));
        }
        catch (InvalidRequestException)
        {
            return null;
        }
    }

    /// <summary>The steps of a cluster, newest first.</summary>
    public async Task<IReadOnlyList<(string Id, string State)>> StepsAsync(string cluster, CancellationToken cancellation)
    {
        try
        {
            var page = await clusters.ListStepsAsync(new ListStepsRequest { ClusterId = cluster }, cancellation);
            return [.. (page.Steps ?? []).Select(static step => (step.Id, step.Status.State.Value))];
        }
        catch (InvalidRequestException)
        {
            return [];
        }
    }

    /// <summary>Stops an execution at once.</summary>
    public Task StopAsync(StackRun run, string cause, CancellationToken cancellation) => executions.StopExecutionAsync(
        new StopExecutionRequest { ExecutionArn = run.Execution, Error = "Pomona.Stopped", Cause = cause }, cancellation);

    /// <summary>Starts an execution; its ARN.</summary>
    public async Task<string> StartAsync(string input, CancellationToken cancellation) => (await executions.StartExecutionAsync(
        new StartExecutionRequest { StateMachineArn = pipeline, Input = input }, cancellation)).ExecutionArn;

    private async IAsyncEnumerable<ExecutionListItem> ListAsync(ExecutionStatus? status, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var request = new ListExecutionsRequest { StateMachineArn = pipeline, MaxResults = PerPage };
        if (status is not null)
            request.StatusFilter = status;
        do
        {
            var page = await executions.ListExecutionsAsync(request, cancellation);
            foreach (var listed in (page.Executions ?? []).OrderByDescending(static listed => listed.StartDate))
                yield return listed;
            request.NextToken = page.NextToken;
        }
        while (!string.IsNullOrEmpty(request.NextToken));
    }

    private async Task<StackRun> DescribeAsync(ExecutionListItem listed, CancellationToken cancellation)
    {
        var history = await executions.GetExecutionHistoryAsync(
            new GetExecutionHistoryRequest { ExecutionArn = listed.ExecutionArn, ReverseOrder = true, MaxResults = NewestEvents }, cancellation);
        var events = history.Events ?? [];
        // Batches of shards that go on side by side tell of nothing but themselves.
        while (!events.Any(StackRun.TellsOfRun) && !string.IsNullOrEmpty(history.NextToken) && events.Count < MostEvents)
        {
            history = await executions.GetExecutionHistoryAsync(
                new GetExecutionHistoryRequest { ExecutionArn = listed.ExecutionArn, ReverseOrder = true, MaxResults = EventsPerPage, NextToken = history.NextToken }, cancellation);
            events = [.. events, .. history.Events ?? []];
        }

        return StackRun.Of(listed.ExecutionArn, listed.Name, listed.Status.Value, Time(listed.StartDate) ?? default, Time(listed.StopDate), events);
    }

    private static DateTimeOffset? Time(DateTime? time) => time is { } at ? new DateTimeOffset(at.ToUniversalTime()) : null;
}

/// <summary>A run's cluster.</summary>
/// <param name="Id">Its id.</param>
/// <param name="State">EMR's state of it.</param>
/// <param name="Reason">Why it is in this state; may be empty.</param>
/// <param name="Created">When it was rented.</param>
/// <param name="Ended">When it ended; null while it costs.</param>
/// <param name="KeptUntil">Until when it stays although its run has finished; null when it does not.</param>
internal sealed record RunCluster(string Id, string State, string Reason, DateTimeOffset? Created, DateTimeOffset? Ended, DateTimeOffset? KeptUntil)
{
    public bool IsGone => State is "TERMINATED" or "TERMINATED_WITH_ERRORS";

    /// <summary>That cost in words; null where it is not known.</summary>
    public string? CostText(StackRun run, DateTimeOffset now) => Cost(run, now) switch
    {
        null => null,
        < 0.01m => $"less than 0.01 {run.Currency}",
        { } cost => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"about {cost:0.00} {run.Currency}"),
    };

    /// <summary>What its life has cost so far, at the plan's prices; null where those are not known.</summary>
    public decimal? Cost(StackRun run, DateTimeOffset now) =>
        run.Hourly is { } hourly && Created is { } created ? Math.Round(hourly * (decimal)((Ended ?? now) - created).TotalHours, 4) : null;
}
