namespace Pomona.Functions.Runs;

/// <summary>The execution's input is wrong; the message says what and what is allowed. Nothing was rented or written.</summary>
public sealed class InvalidExecutionInputException : Exception
{
    /// <summary>With no more to say.</summary>
    public InvalidExecutionInputException()
    {
    }

    /// <summary>With one sentence for the person who started the execution.</summary>
    public InvalidExecutionInputException(string message)
        : base(message)
    {
    }

    /// <summary>With what lay beneath.</summary>
    public InvalidExecutionInputException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
