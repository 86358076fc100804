// Stand-in for AWSSDK.StepFunctions 4.0.100.2: the part that Pomona uses. See docs/stand-ins.md.
using Amazon.Runtime;

namespace Amazon.StepFunctions.Model;

public partial class GetExecutionHistoryResponse : AmazonWebServiceResponse
{
    public List<HistoryEvent> Events { get; set; }

    public string NextToken { get; set; }
}
