namespace Pomona.Local.Runtime;

/// <summary>One event, as the Runtime API hands it out.</summary>
/// <param name="RequestId">The invocation's id.</param>
/// <param name="FunctionArn">Which function was asked for.</param>
/// <param name="Deadline">When the process will be ended.</param>
/// <param name="Payload">The event, JSON in UTF-8.</param>
internal sealed record RuntimeInvocation(string RequestId, string FunctionArn, DateTimeOffset Deadline, byte[] Payload);
