// Stand-in for AWSSDK.ElasticMapReduce 4.0.100.2: the part that Pomona uses. See docs/stand-ins.md.
namespace Amazon.ElasticMapReduce.Model;

public partial class ClusterStatus
{
    public ClusterState State { get; set; }

    public ClusterStateChangeReason StateChangeReason { get; set; }

    public List<ErrorDetail> ErrorDetails { get; set; }

    public ClusterTimeline Timeline { get; set; }
}
