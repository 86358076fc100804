// Stand-in for AWSSDK.ElasticMapReduce 4.0.100.2: the part that Pomona uses. See docs/stand-ins.md.
using System.Text.Json.Serialization;
using Amazon.ElasticMapReduce.Model;
using Pomona.StandIns.AwsProtocols;

namespace Amazon.ElasticMapReduce.Internal;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.Unspecified,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(EpochSecondsJsonConverter), typeof(ClusterStateJsonConverter), typeof(StepStateJsonConverter), typeof(ClusterStateChangeReasonCodeJsonConverter)])]
[JsonSerializable(typeof(ListClustersRequest))]
[JsonSerializable(typeof(ListClustersResponse))]
[JsonSerializable(typeof(ListSupportedInstanceTypesRequest))]
[JsonSerializable(typeof(ListSupportedInstanceTypesResponse))]
[JsonSerializable(typeof(DescribeClusterRequest))]
[JsonSerializable(typeof(DescribeClusterResponse))]
[JsonSerializable(typeof(ListStepsRequest))]
[JsonSerializable(typeof(ListStepsResponse))]
[JsonSerializable(typeof(DescribeStepRequest))]
[JsonSerializable(typeof(DescribeStepResponse))]
[JsonSerializable(typeof(TerminateJobFlowsRequest))]
[JsonSerializable(typeof(TerminateJobFlowsResponse))]
[JsonSerializable(typeof(AddTagsRequest))]
[JsonSerializable(typeof(AddTagsResponse))]
[JsonSerializable(typeof(SetTerminationProtectionRequest))]
[JsonSerializable(typeof(SetTerminationProtectionResponse))]
internal sealed partial class ElasticMapReduceJson : JsonSerializerContext;
