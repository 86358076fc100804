// Stand-in for AWSSDK.ElasticMapReduce 4.0.100.2: the part that Pomona uses. See docs/stand-ins.md.
namespace Amazon.ElasticMapReduce.Model;

public partial class StepSummary
{
    public string Id { get; set; }

    public string Name { get; set; }

    public HadoopStepConfig Config { get; set; }

    public StepStatus Status { get; set; }
}
