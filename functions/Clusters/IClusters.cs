namespace Pomona.Functions.Clusters;

/// <summary>The account's EMR clusters.</summary>
internal interface IClusters
{
    /// <summary>The ids of clusters that still cost money, ours or not.</summary>
    IAsyncEnumerable<string> ActiveAsync(CancellationToken cancellation);

    /// <summary>Describes a cluster; null when EMR knows no such id.</summary>
    Task<ClusterInfo?> DescribeAsync(string clusterId, CancellationToken cancellation);

    /// <summary>A cluster's steps, newest first.</summary>
    IAsyncEnumerable<StepInfo> StepsAsync(string clusterId, CancellationToken cancellation);

    /// <summary>Describes a step; null when EMR knows no such id.</summary>
    Task<StepInfo?> DescribeStepAsync(string clusterId, string stepId, CancellationToken cancellation);

    /// <summary>Takes termination protection off and asks EMR to end the cluster; harmless when it is ending already.</summary>
    Task TerminateAsync(ClusterInfo cluster, CancellationToken cancellation);
}
