namespace Pomona.StateMachine.Tests;

/// <summary>An exception that a function let out: Lambda answers 200 with its type and message.</summary>
internal sealed class FunctionError(string type, string message) : Exception(message)
{
    public string Type { get; } = type;
}
