// Stand-in for AWSSDK.ElasticMapReduce 4.0.100.2: the part that Pomona uses. See docs/stand-ins.md.
using Amazon.Runtime;

namespace Amazon.ElasticMapReduce.Model;

public partial class TerminateJobFlowsRequest : AmazonElasticMapReduceRequest
{
    public List<string> JobFlowIds { get; set; }
}

public partial class TerminateJobFlowsResponse : AmazonWebServiceResponse
{
}
