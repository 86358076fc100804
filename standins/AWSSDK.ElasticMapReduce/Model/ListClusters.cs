// Stand-in for AWSSDK.ElasticMapReduce 4.0.100.2: the part that Pomona uses. See docs/stand-ins.md.
using Amazon.Runtime;

namespace Amazon.ElasticMapReduce.Model;

public partial class ListClustersRequest : AmazonElasticMapReduceRequest
{
    public List<string> ClusterStates { get; set; }

    public DateTime? CreatedAfter { get; set; }

    public DateTime? CreatedBefore { get; set; }

    public string Marker { get; set; }
}

public partial class ListClustersResponse : AmazonWebServiceResponse
{
    public List<ClusterSummary> Clusters { get; set; }

    public string Marker { get; set; }
}

public partial class ClusterSummary
{
    public string Id { get; set; }

    public string Name { get; set; }

    public ClusterStatus Status { get; set; }

    public string ClusterArn { get; set; }
}
