// Stand-in for AWSSDK.ElasticMapReduce 4.0.100.2: the part that Pomona uses. See docs/stand-ins.md.
using Amazon.Runtime;

namespace Amazon.ElasticMapReduce.Model;

public partial class DescribeClusterRequest : AmazonElasticMapReduceRequest
{
    public string ClusterId { get; set; }
}

public partial class DescribeClusterResponse : AmazonWebServiceResponse
{
    public Cluster Cluster { get; set; }
}
