// Stand-in for AWSSDK.ElasticMapReduce 4.0.100.2: the part that Pomona uses. See docs/stand-ins.md.
using Pomona.StandIns.AwsProtocols;

namespace Amazon.ElasticMapReduce.Internal;

internal sealed class ClusterStateJsonConverter() : ConstantJsonConverter<ClusterState>(ClusterState.FindValue);
