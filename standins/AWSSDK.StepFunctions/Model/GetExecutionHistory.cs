// Stand-in for AWSSDK.StepFunctions 4.0.100.2: the part that Pomona uses. See docs/stand-ins.md.
using Amazon.Runtime;

namespace Amazon.StepFunctions.Model;

public partial class GetExecutionHistoryRequest : AmazonStepFunctionsRequest
{
    public string ExecutionArn { get; set; }

    public int? MaxResults { get; set; }

    public bool? ReverseOrder { get; set; }

    public string NextToken { get; set; }

    public bool? IncludeExecutionData { get; set; }
}

public partial class GetExecutionHistoryResponse : AmazonWebServiceResponse
{
    public List<HistoryEvent> Events { get; set; }

    public string NextToken { get; set; }
}

public partial class HistoryEvent
{
    public DateTime? Timestamp { get; set; }

    public long? Id { get; set; }

    public long? PreviousEventId { get; set; }

    public StateEnteredEventDetails StateEnteredEventDetails { get; set; }

    public StateExitedEventDetails StateExitedEventDetails { get; set; }
}

public partial class StateEnteredEventDetails
{
    public string Name { get; set; }

    public string Input { get; set; }
}

public partial class StateExitedEventDetails
{
    public string Name { get; set; }

    public string Output { get; set; }
}
