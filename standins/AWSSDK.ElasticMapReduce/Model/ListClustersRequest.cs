// Stand-in for AWSSDK.ElasticMapReduce 4.0.100.2: the part that Pomona uses. See docs/stand-ins.md.
namespace Amazon.ElasticMapReduce.Model;

public partial class ListClustersRequest : AmazonElasticMapReduceRequest
{
    public List<string> ClusterStates { get; set; }

    public DateTime? CreatedAfter { get; set; }

    public DateTime? CreatedBefore { get; set; }

    public string Marker { get; set; }
}
