using Amazon.ElasticMapReduce;
using Amazon.ElasticMapReduce.Model;
using Amazon.Lambda.Core;
using Amazon.Runtime;
using Pomona.Contracts;

namespace Pomona.Functions.Planning;

internal interface IOfferedTypes
{
    /// <summary>The names of all types that EMR has in this region for a release; null when it does not say.</summary>
    Task<IReadOnlySet<string>?> OfAsync(string releaseLabel, ILambdaLogger log, CancellationToken cancellation);
}

internal sealed class EmrOfferedTypes(IAmazonElasticMapReduce emr) : IOfferedTypes
{
    public async Task<IReadOnlySet<string>?> OfAsync(string releaseLabel, ILambdaLogger log, CancellationToken cancellation)
    {
        var types = new HashSet<string>(StringComparer.Ordinal);
        var request = new ListSupportedInstanceTypesRequest { ReleaseLabel = releaseLabel };
        try
        {
            do
            {
                var page = await emr.ListSupportedInstanceTypesAsync(request, cancellation);
                types.UnionWith((page.SupportedInstanceTypes ?? []).Select(type => type.Type));
                request.Marker = page.Marker;
            }
            while (!string.IsNullOrEmpty(request.Marker));
        }
        catch (AmazonServiceException e)
        {
            // A precaution that fails must not stop a run that may well succeed: RunJobFlow has the last word.
            log.LogWarning(e, "Could not ask EMR which instance types {release} offers; all are asked for", releaseLabel);
            return null;
        }

        return types;
    }
}

/// <summary>The types that a cluster may be made of, after those that EMR does not offer were left out.</summary>
/// <param name="OnDemand">Of primary and core nodes.</param>
/// <param name="Task">Of task nodes.</param>
/// <param name="LeftOut">The names of those that are not offered.</param>
/// <param name="TooLarge">The names of those whose nodes are larger than what the task nodes are to have together, or may have.</param>
internal sealed record ClusterTypes(
    IReadOnlyList<InstanceType> OnDemand,
    IReadOnlyList<InstanceType> Task,
    IReadOnlyList<string> LeftOut,
    IReadOnlyList<string>? TooLarge = null)
{
    /// <summary>Keeps what is offered.</summary>
    /// <param name="asked">The task nodes' types.</param>
    /// <param name="offered">What EMR offers; null for all.</param>
    /// <param name="release">EMR's release, for the sentence.</param>
    /// <param name="withTasks">Whether there are task nodes at all.</param>
    /// <exception cref="NoInstanceTypesException">Nothing is left for a fleet.</exception>
    public static ClusterTypes Of(IEnumerable<InstanceType> asked, IReadOnlySet<string>? offered, string release, bool withTasks)
    {
        IReadOnlyList<InstanceType> all = [.. asked.Distinct()];
        var types = new ClusterTypes(
            [.. ClusterForm.OnDemandTypes.Where(IsOffered)],
            [.. all.Where(IsOffered)],
            [.. ClusterForm.OnDemandTypes.Concat(withTasks ? all : []).Where(type => !IsOffered(type)).Select(type => type.Name).Distinct().Order(StringComparer.Ordinal)]);
        if (types.OnDemand.Count == 0)
        {
            throw new NoInstanceTypesException(
                $"{release} offers none of the types for primary and core nodes in this region ({Names(ClusterForm.OnDemandTypes)}): "
                + "choose another release (ReleaseLabel), or deploy the stack in another region.");
        }

        return types.Task.Count > 0 || !withTasks
            ? types
            : throw new NoInstanceTypesException(
                $"{release} offers none of the types for task nodes in this region ({Names(all)}): ask for others "
                + "(\"cluster\": {\"instanceTypes\": […]}, docs/execution-input.md), or for none (\"taskVcpus\": 0).");

        bool IsOffered(InstanceType type) => offered is null || offered.Contains(type.Name);

        static string Names(IEnumerable<InstanceType> types) => string.Join(", ", types.Select(type => type.Name));
    }
}

/// <summary>The region or EMR's release has none of the instance types that a cluster could be made of; nothing was rented.</summary>
/// <param name="message">Which, and what to do.</param>
internal sealed class NoInstanceTypesException(string message) : Exception(message);
