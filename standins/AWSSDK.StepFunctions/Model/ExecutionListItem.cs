// Stand-in for AWSSDK.StepFunctions 4.0.100.2: the part that Pomona uses. See docs/stand-ins.md.
namespace Amazon.StepFunctions.Model;

public partial class ExecutionListItem
{
    public string ExecutionArn { get; set; }

    public string StateMachineArn { get; set; }

    public string Name { get; set; }

    public ExecutionStatus Status { get; set; }

    public DateTime? StartDate { get; set; }

    public DateTime? StopDate { get; set; }
}
