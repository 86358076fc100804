// Stand-in for AWSSDK.ElasticMapReduce 4.0.100.2: the part that Pomona uses. See docs/stand-ins.md.
using Amazon.Runtime;

namespace Amazon.ElasticMapReduce.Model;

public partial class DescribeStepRequest : AmazonElasticMapReduceRequest
{
    public string ClusterId { get; set; }

    public string StepId { get; set; }
}

public partial class DescribeStepResponse : AmazonWebServiceResponse
{
    public Step Step { get; set; }
}
