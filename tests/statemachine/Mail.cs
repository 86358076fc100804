namespace Pomona.StateMachine.Tests;

/// <summary>A message published to a topic.</summary>
internal sealed record Mail(string Topic, string Subject, string Message);
