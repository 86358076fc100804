// Stand-in for AWSSDK.StepFunctions 4.0.4: the part that Pomona uses. See docs/stand-ins.md.
using Amazon.Runtime;

namespace Amazon.StepFunctions;

public partial class AmazonStepFunctionsRequest : AmazonWebServiceRequest
{
}
