// Stand-in for AWSSDK.ElasticMapReduce 4.0.100.2: the part that Pomona uses. See docs/stand-ins.md.
using Amazon.Runtime;

namespace Amazon.ElasticMapReduce.Model;

public partial class ListSupportedInstanceTypesResponse : AmazonWebServiceResponse
{
    public string Marker { get; set; }

    public List<SupportedInstanceType> SupportedInstanceTypes { get; set; }
}
