using System.Text.Json.Serialization;
using Pomona.Contracts;

namespace Pomona.Local.Page;

/// <summary>Everything the page shows, at one moment.</summary>
/// <param name="Endpoint">Where the account answers.</param>
/// <param name="Bucket">The stack's bucket; null before there is one.</param>
/// <param name="Runs">Executions, newest first.</param>
/// <param name="Clusters">Clusters, newest first.</param>
/// <param name="Mails">Mails, oldest first.</param>
/// <param name="MailsUnheard">Whether the stack is there and its mail address is not subscribed (any more).</param>
internal sealed record AccountView(
    string Endpoint, string? Bucket, IReadOnlyList<RunView> Runs, IReadOnlyList<ClusterView> Clusters, IReadOnlyList<MailView> Mails,
    bool MailsUnheard);

/// <summary>One execution of a state machine, as the page and the demo show it.</summary>
/// <param name="Arn">The execution's ARN.</param>
/// <param name="Name">Its name.</param>
/// <param name="Machine">The state machine's name.</param>
/// <param name="Status"><c>RUNNING</c>, <c>SUCCEEDED</c>, <c>FAILED</c>, <c>TIMED_OUT</c> or <c>ABORTED</c>.</param>
/// <param name="Started">When it began.</param>
/// <param name="Stopped">When it ended; null while it runs.</param>
/// <param name="Error">The error it failed with.</param>
/// <param name="Cause">What the error says.</param>
/// <param name="Dataset">The data set it runs.</param>
/// <param name="Run">The run's id, once it is known.</param>
/// <param name="States">The states it has entered, in order of their first entry.</param>
/// <param name="Moves">The ways it went between states, each once.</param>
/// <param name="Images">How far the job is; null before it began.</param>
/// <param name="Report">Where the page shows the report, once there is one.</param>
/// <param name="Work">Who does its work; null before its plan.</param>
internal sealed record RunView(
    string Arn, string Name, string Machine, string Status, DateTimeOffset Started, DateTimeOffset? Stopped, string? Error,
    string? Cause, string? Dataset, string? Run, IReadOnlyList<StateVisit> States, IReadOnlyList<StateMove> Moves,
    ImageProgress? Images, string? Report, RunWork? Work = null)
{
    /// <inheritdoc cref="RunView" path="/param[@name='Error']"/>
    public string? Error { get; } = Error is null ? null : Printable.Excerpt(Error);

    /// <inheritdoc cref="RunView" path="/param[@name='Cause']"/>
    /// <remarks>It may quote a node's log, or a file.</remarks>
    public string? Cause { get; } = Cause is null ? null : Printable.Excerpt(Cause, 2000);

    [JsonIgnore]
    public bool Ended => Status != "RUNNING";
}

/// <summary>A state of a state machine that an execution has entered.</summary>
/// <param name="Name">The state's name.</param>
/// <param name="Entered">When it was entered last.</param>
/// <param name="Exited">When it was left last; null while the execution is in it.</param>
/// <param name="Times">How often it was entered.</param>
/// <param name="Failed">Whether a task of it failed at its last visit.</param>
internal sealed record StateVisit(string Name, DateTimeOffset Entered, DateTimeOffset? Exited, int Times, bool Failed);

/// <summary>A way that an execution went, from one state that does something to the next; Choice and Pass states between
/// them are part of the way.</summary>
internal sealed record StateMove(string From, string To);

/// <summary>How many of a run's images have features.</summary>
/// <param name="Done">Images of finished shards.</param>
/// <param name="Total">Images in the snapshot.</param>
internal sealed record ImageProgress(long Done, long Total);

/// <summary>A cluster as the page shows it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="State">Its state.</param>
/// <param name="Reason">Why it ended; null when nothing is to say.</param>
/// <param name="Created">When it was rented.</param>
/// <param name="Ready">When it took steps.</param>
/// <param name="Ended">When it ended.</param>
/// <param name="Run">The run that rented it.</param>
/// <param name="Vcpus">How many vCPUs it was rented with.</param>
/// <param name="CostPerHour">What AWS would charge for it per hour, as the run's plan reckons it; null where no run of the stack rented it.</param>
/// <param name="CostSoFar">What its life here would have cost at that price.</param>
/// <param name="Currency">The prices' currency.</param>
/// <param name="Steps">Its steps: name and state.</param>
/// <param name="KeptUntil">Until when it stays although its run has finished; null when it does not.</param>
/// <param name="Instances">Its instances, the primary node first; of many the first ones.</param>
/// <param name="RunsOn">What its steps run on, where that is a real Spark.</param>
internal sealed record ClusterView(
    string Id, string Name, string State, string? Reason, DateTimeOffset Created, DateTimeOffset? Ready, DateTimeOffset? Ended,
    string? Run, int Vcpus, double? CostPerHour, double? CostSoFar, string? Currency, IReadOnlyList<StepView> Steps, DateTimeOffset? KeptUntil,
    IReadOnlyList<InstanceView> Instances, string? RunsOn = null)
{
    /// <inheritdoc cref="ClusterView" path="/param[@name='Name']"/>
    public string Name { get; } = Printable.Excerpt(Name);

    /// <inheritdoc cref="ClusterView" path="/param[@name='Reason']"/>
    public string? Reason { get; } = Reason is null ? null : Printable.Excerpt(Reason, 2000);

    /// <inheritdoc cref="ClusterView" path="/param[@name='Run']"/>
    public string? Run { get; } = Run is null ? null : Printable.Excerpt(Run);
}

/// <summary>A cluster's instance as the page shows it.</summary>
/// <param name="Id">EC2's id.</param>
/// <param name="Fleet"><c>MASTER</c>, <c>CORE</c> or <c>TASK</c>.</param>
/// <param name="Type">Its type, of whoever asked for the cluster.</param>
/// <param name="Market"><c>ON_DEMAND</c> or <c>SPOT</c>.</param>
/// <param name="State">Its state.</param>
/// <param name="Reason">Why it ended; null while it is there.</param>
internal sealed record InstanceView(string Id, string Fleet, string Type, string Market, string State, string? Reason)
{
    /// <inheritdoc cref="InstanceView" path="/param[@name='Type']"/>
    public string Type { get; } = Printable.Excerpt(Type);
}

/// <summary>A cluster's step as the page shows it.</summary>
internal sealed record StepView(string Id, string Name, string State, DateTimeOffset? Started, DateTimeOffset? Ended)
{
    /// <inheritdoc cref="ClusterView" path="/param[@name='Name']"/>
    public string Name { get; } = Printable.Excerpt(Name);
}

/// <summary>A mail as the page shows it.</summary>
internal sealed record MailView(string To, string Subject, string Body, DateTimeOffset SentAt, string File)
{
    /// <summary>Its subject, of whoever may publish.</summary>
    public string Subject { get; } = Printable.Excerpt(Subject);

    public string Body { get; } = Printable.Lines(Body);
}
