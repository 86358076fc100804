using System.Runtime.CompilerServices;
using Amazon.ElasticMapReduce;
using Amazon.ElasticMapReduce.Model;
using Pomona.Contracts;

namespace Pomona.Functions.Clusters;

internal sealed class EmrClusters(IAmazonElasticMapReduce emr) : IClusters
{
    private const int LongestLine = 2000;

    public async IAsyncEnumerable<string> ActiveAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        var request = new ListClustersRequest { ClusterStates = [.. ClusterInfo.ActiveStates] };
        do
        {
            var page = await emr.ListClustersAsync(request, cancellation);
            foreach (var cluster in page.Clusters ?? [])
                yield return cluster.Id;

            request.Marker = page.Marker;
        }
        while (!string.IsNullOrEmpty(request.Marker));
    }

    public async Task<ClusterInfo?> DescribeAsync(string clusterId, CancellationToken cancellation)
    {
        try
        {
            var response = await emr.DescribeClusterAsync(
                new DescribeClusterRequest { ClusterId = clusterId }, cancellation);
            var cluster = response.Cluster;
            var tags = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var tag in cluster.Tags ?? [])
                tags[tag.Key] = Line(tag.Value);

            return new ClusterInfo(
                cluster.Id,
                cluster.Status.State.Value,
                ReasonOf(cluster.Status.StateChangeReason),
                cluster.Status.Timeline?.CreationDateTime,
                cluster.TerminationProtected is true,
                tags,
                cluster.Status.StateChangeReason?.Code?.Value,
                [.. (cluster.Status.ErrorDetails ?? []).Select(ErrorOf)],
                cluster.Ec2InstanceAttributes?.Ec2SubnetId);
        }
        catch (InvalidRequestException)
        {
            return null;
        }
    }

    public async IAsyncEnumerable<StepInfo> StepsAsync(
        string clusterId, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var request = new ListStepsRequest { ClusterId = clusterId };
        do
        {
            var page = await emr.ListStepsAsync(request, cancellation);
            foreach (var step in page.Steps ?? [])
                yield return Describe(step.Id, step.Status, step.Config);

            request.Marker = page.Marker;
        }
        while (!string.IsNullOrEmpty(request.Marker));
    }

    public async Task<StepInfo?> DescribeStepAsync(string clusterId, string stepId, CancellationToken cancellation)
    {
        try
        {
            var response = await emr.DescribeStepAsync(
                new DescribeStepRequest { ClusterId = clusterId, StepId = stepId }, cancellation);
            return Describe(response.Step.Id, response.Step.Status, response.Step.Config);
        }
        catch (InvalidRequestException)
        {
            return null;
        }
    }

    public Task TagAsync(string clusterId, string key, string value, CancellationToken cancellation) => emr.AddTagsAsync(
        new AddTagsRequest { ResourceId = clusterId, Tags = [new Tag { Key = key, Value = value }] }, cancellation);

    public async Task TerminateAsync(ClusterInfo cluster, CancellationToken cancellation)
    {
        if (cluster.TerminationProtected)
        {
            await emr.SetTerminationProtectionAsync(
                new SetTerminationProtectionRequest { JobFlowIds = [cluster.Id], TerminationProtected = false },
                cancellation);
        }

        await emr.TerminateJobFlowsAsync(new TerminateJobFlowsRequest { JobFlowIds = [cluster.Id] }, cancellation);
    }

    private static StepInfo Describe(string id, StepStatus status, HadoopStepConfig? config) => new(
        id,
        status.State.Value,
        Line(string.Join(
            ' ',
            new[]
            {
                status.FailureDetails?.Reason, status.FailureDetails?.Message, status.StateChangeReason?.Message,
                status.FailureDetails?.LogFile,
            }.Where(part => !string.IsNullOrWhiteSpace(part)))),
        config?.Args ?? []);

    private static ClusterError ErrorOf(ErrorDetail detail) => new(
        detail.ErrorCode ?? string.Empty,
        Line(detail.ErrorMessage),
        (detail.ErrorData ?? []).Select(data => data?.GetValueOrDefault("instance-type")).FirstOrDefault(type => !string.IsNullOrEmpty(type)));

    private static string ReasonOf(ClusterStateChangeReason? reason) => Line(string.Join(
        ": ",
        new[] { reason?.Code?.Value, reason?.Message }.Where(part => !string.IsNullOrWhiteSpace(part))));

    /// <summary>What EMR quotes may come from a node's log or from whoever may tag: in logs and mails it is a line.</summary>
    private static string Line(string? said) => Printable.Excerpt(said, LongestLine);
}
