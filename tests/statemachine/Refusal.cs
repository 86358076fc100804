namespace Pomona.StateMachine.Tests;

/// <summary>An AWS service's error answer.</summary>
internal sealed class Refusal(int status, string code, string message) : Exception(message)
{
    public int Status { get; } = status;

    public string Code { get; } = code;

    public static Refusal Throttled() => new(400, "ThrottlingException", "Rate exceeded");
}
