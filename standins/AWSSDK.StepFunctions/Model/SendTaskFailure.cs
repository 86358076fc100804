// Stand-in for AWSSDK.StepFunctions 4.0.100.2: the part that Pomona uses. See docs/stand-ins.md.
using Amazon.Runtime;

namespace Amazon.StepFunctions.Model;

public partial class SendTaskFailureRequest : AmazonStepFunctionsRequest
{
    public string TaskToken { get; set; }

    public string Error { get; set; }

    public string Cause { get; set; }
}

public partial class SendTaskFailureResponse : AmazonWebServiceResponse
{
}
