// Stand-in for AWSSDK.StepFunctions 4.0.100.2: the part that Pomona uses. See docs/stand-ins.md.
using Pomona.StandIns.AwsProtocols;

namespace Amazon.StepFunctions.Internal;

internal sealed class ExecutionStatusJsonConverter() : ConstantJsonConverter<ExecutionStatus>(ExecutionStatus.FindValue);
