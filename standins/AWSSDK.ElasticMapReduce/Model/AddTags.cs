// Stand-in for AWSSDK.ElasticMapReduce 4.0.100.2: the part that Pomona uses. See docs/stand-ins.md.
using Amazon.Runtime;

namespace Amazon.ElasticMapReduce.Model;

public partial class AddTagsRequest : AmazonElasticMapReduceRequest
{
    public string ResourceId { get; set; }

    public List<Tag> Tags { get; set; }
}

public partial class AddTagsResponse : AmazonWebServiceResponse
{
}

public partial class Tag
{
    public string Key { get; set; }

    public string Value { get; set; }
}
