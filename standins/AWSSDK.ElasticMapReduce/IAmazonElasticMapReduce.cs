// Stand-in for AWSSDK.ElasticMapReduce 4.0.100.2: the part that Pomona uses. See docs/stand-ins.md.
using Amazon.ElasticMapReduce.Model;
using Amazon.Runtime;

namespace Amazon.ElasticMapReduce;

public partial interface IAmazonElasticMapReduce : IAmazonService, IDisposable
{
    Task<ListClustersResponse> ListClustersAsync(
        ListClustersRequest request, CancellationToken cancellationToken = default);

    Task<ListSupportedInstanceTypesResponse> ListSupportedInstanceTypesAsync(
        ListSupportedInstanceTypesRequest request, CancellationToken cancellationToken = default);

    Task<DescribeClusterResponse> DescribeClusterAsync(
        DescribeClusterRequest request, CancellationToken cancellationToken = default);

    Task<ListStepsResponse> ListStepsAsync(
        ListStepsRequest request, CancellationToken cancellationToken = default);

    Task<DescribeStepResponse> DescribeStepAsync(
        DescribeStepRequest request, CancellationToken cancellationToken = default);

    Task<TerminateJobFlowsResponse> TerminateJobFlowsAsync(
        TerminateJobFlowsRequest request, CancellationToken cancellationToken = default);

    Task<AddTagsResponse> AddTagsAsync(
        AddTagsRequest request, CancellationToken cancellationToken = default);

    Task<SetTerminationProtectionResponse> SetTerminationProtectionAsync(
        SetTerminationProtectionRequest request, CancellationToken cancellationToken = default);
}
