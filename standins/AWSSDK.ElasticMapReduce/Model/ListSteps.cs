// Stand-in for AWSSDK.ElasticMapReduce 4.0.100.2: the part that Pomona uses. See docs/stand-ins.md.
using Amazon.Runtime;

namespace Amazon.ElasticMapReduce.Model;

public partial class ListStepsRequest : AmazonElasticMapReduceRequest
{
    public string ClusterId { get; set; }

    public List<string> StepStates { get; set; }

    public List<string> StepIds { get; set; }

    public string Marker { get; set; }
}

public partial class ListStepsResponse : AmazonWebServiceResponse
{
    public List<StepSummary> Steps { get; set; }

    public string Marker { get; set; }
}

public partial class StepSummary
{
    public string Id { get; set; }

    public string Name { get; set; }

    public HadoopStepConfig Config { get; set; }

    public StepStatus Status { get; set; }
}
