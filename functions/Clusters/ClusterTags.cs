namespace Pomona.Functions.Clusters;

/// <summary>The tags that the workflow puts on every cluster it rents.</summary>
internal static class ClusterTags
{
    /// <summary>The stack's name: only clusters with our own are ours.</summary>
    public const string Stack = "pomona:stack";

    public const string Run = "pomona:run";

    public const string Dataset = "pomona:dataset";

    /// <summary>The ARN of the execution that rented it.</summary>
    public const string Execution = "pomona:execution";
}
