// Stand-in for AWSSDK.ElasticMapReduce 4.0.100.2: the part that Pomona uses. See docs/stand-ins.md.
using Amazon.Runtime;

namespace Amazon.ElasticMapReduce.Model;

public partial class ListSupportedInstanceTypesRequest : AmazonElasticMapReduceRequest
{
    public string Marker { get; set; }

    public string ReleaseLabel { get; set; }
}

public partial class ListSupportedInstanceTypesResponse : AmazonWebServiceResponse
{
    public string Marker { get; set; }

    public List<SupportedInstanceType> SupportedInstanceTypes { get; set; }
}

public partial class SupportedInstanceType
{
    public string Type { get; set; }
}
