// Stand-in for AWSSDK.ElasticMapReduce 4.0.100.2: the part that Pomona uses. See docs/stand-ins.md.
namespace Amazon.ElasticMapReduce.Model;

public partial class Step
{
    public string Id { get; set; }

    public string Name { get; set; }

    public HadoopStepConfig Config { get; set; }

    public StepStatus Status { get; set; }
}

public partial class StepStatus
{
    public StepState State { get; set; }

    public StepStateChangeReason StateChangeReason { get; set; }

    public FailureDetails FailureDetails { get; set; }
}

public partial class StepStateChangeReason
{
    public string Message { get; set; }
}

public partial class FailureDetails
{
    public string Reason { get; set; }

    public string Message { get; set; }

    public string LogFile { get; set; }
}

public partial class HadoopStepConfig
{
    public string Jar { get; set; }

    public List<string> Args { get; set; }

    public string MainClass { get; set; }
}
