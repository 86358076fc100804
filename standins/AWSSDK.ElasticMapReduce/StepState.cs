// Stand-in for AWSSDK.ElasticMapReduce 4.0.100.2: the part that Pomona uses. See docs/stand-ins.md.
using Amazon.Runtime;
using Pomona.StandIns.AwsProtocols;

namespace Amazon.ElasticMapReduce;

public class StepState : ConstantClass
{
    public static readonly StepState CANCEL_PENDING = new("CANCEL_PENDING");

    public static readonly StepState CANCELLED = new("CANCELLED");

    public static readonly StepState COMPLETED = new("COMPLETED");

    public static readonly StepState FAILED = new("FAILED");

    public static readonly StepState INTERRUPTED = new("INTERRUPTED");

    public static readonly StepState PENDING = new("PENDING");

    public static readonly StepState RUNNING = new("RUNNING");

    public StepState(string value)
        : base(value)
    {
    }

    public static StepState FindValue(string value) => FindValue<StepState>(value);

    public static implicit operator StepState(string value) => FindValue(value);
}

internal sealed class StepStateJsonConverter() : ConstantJsonConverter<StepState>(StepState.FindValue);
