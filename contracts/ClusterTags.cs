namespace Pomona.Contracts;

/// <summary>The tags of every cluster that the workflow rents.</summary>
public static class ClusterTags
{
    /// <summary>The stack's name: only clusters with our own are ours.</summary>
    public const string Stack = "pomona:stack";

    /// <summary>The run's id.</summary>
    public const string Run = "pomona:run";

    /// <summary>The data set's name.</summary>
    public const string Dataset = "pomona:dataset";

    /// <summary>For how many seconds the cluster may live: the plan's, never longer than the stack allows.</summary>
    public const string MaxSeconds = "pomona:max-seconds";

    /// <summary>Set when the run has finished and its cluster is to stay for a while: <see cref="KeepTime"/>.</summary>
    public const string KeepUntil = "pomona:keep-until";

    /// <summary>Set when EMR has told that EC2 has no instances for the nodes that the cluster cannot start without.</summary>
    public const string Capacity = "pomona:capacity";

    /// <summary>The ARN of the execution that rented it.</summary>
    public const string Execution = "pomona:execution";

    /// <summary>What EMR's managed policy for its service role asks of all that it may touch; its value is <c>true</c>.</summary>
    public const string Managed = "for-use-with-amazon-emr-managed-policies";
}
