// Stand-in for AWSSDK.ElasticMapReduce 4.0.100.2: the part that Pomona uses. See docs/stand-ins.md.
namespace Amazon.ElasticMapReduce.Model;

public partial class ClusterTimeline
{
    public DateTime? CreationDateTime { get; set; }

    public DateTime? ReadyDateTime { get; set; }

    public DateTime? EndDateTime { get; set; }
}
