// Stand-in for AWSSDK.StepFunctions 4.0.100.2: the part that Pomona uses. See docs/stand-ins.md.
namespace Amazon.StepFunctions.Model;

public partial class HistoryEvent
{
    public DateTime? Timestamp { get; set; }

    public long? Id { get; set; }

    public long? PreviousEventId { get; set; }

    public StateEnteredEventDetails StateEnteredEventDetails { get; set; }

    public StateExitedEventDetails StateExitedEventDetails { get; set; }
}
