// Stand-in for AWSSDK.StepFunctions 4.0.100.2: the part that Pomona uses. See docs/stand-ins.md.
namespace Amazon.StepFunctions.Model;

public partial class StateEnteredEventDetails
{
    public string Name { get; set; }

    public string Input { get; set; }
}
