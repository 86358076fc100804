// Stand-in for AWSSDK.StepFunctions 4.0.100.2: the part that Pomona uses. See docs/stand-ins.md.
namespace Amazon.StepFunctions.Model;

public partial class ListExecutionsRequest : AmazonStepFunctionsRequest
{
    public string StateMachineArn { get; set; }

    public ExecutionStatus StatusFilter { get; set; }

    public int? MaxResults { get; set; }

    public string NextToken { get; set; }
}
