// Stand-in for AWSSDK.StepFunctions 4.0.100.2: the part that Pomona uses. See docs/stand-ins.md.
namespace Amazon.StepFunctions.Model;

public partial class GetExecutionHistoryRequest : AmazonStepFunctionsRequest
{
    public string ExecutionArn { get; set; }

    public int? MaxResults { get; set; }

    public bool? ReverseOrder { get; set; }

    public string NextToken { get; set; }

    public bool? IncludeExecutionData { get; set; }
}
