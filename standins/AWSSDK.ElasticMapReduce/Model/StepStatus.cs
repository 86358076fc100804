// Stand-in for AWSSDK.ElasticMapReduce 4.0.100.2: the part that Pomona uses. See docs/stand-ins.md.
namespace Amazon.ElasticMapReduce.Model;

public partial class StepStatus
{
    public StepState State { get; set; }

    public StepStateChangeReason StateChangeReason { get; set; }

    public FailureDetails FailureDetails { get; set; }
}
