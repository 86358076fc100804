namespace Pomona.Contracts;

/// <summary>
/// An error that a person can do something about: one sentence that names what was wrong, where, and what to do. The
/// program shows the sentence and ends with the code; anything else that escapes is a fault of the program.
/// </summary>
/// <param name="code">What the program ends with.</param>
/// <param name="message">The sentence.</param>
/// <param name="cause">What led here, for whoever asks for the trace.</param>
public class PomonaException(ExitCode code, string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>What the program ends with.</summary>
    public ExitCode Code { get; } = code;
}
