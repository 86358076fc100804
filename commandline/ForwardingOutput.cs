using System.Text;
using Pomona.Contracts;

namespace Pomona.CommandLine;

/// <summary>A writer that hands on what it is given, and decides what becomes of what is not taken.</summary>
/// <param name="output">Where it goes.</param>
public abstract class ForwardingOutput(TextWriter output) : TextWriter
{
    /// <inheritdoc/>
    public override Encoding Encoding => output.Encoding;

    /// <inheritdoc/>
    public override void Write(char value) => Forward(() => output.Write(value));

    /// <inheritdoc/>
    public override void Write(char[] buffer, int index, int count) => Forward(() => output.Write(buffer, index, count));

    /// <inheritdoc/>
    public override void Write(string? value) => Forward(() => output.Write(value));

    /// <inheritdoc/>
    public override void WriteLine(string? value) => Forward(() => output.WriteLine(value));

    /// <inheritdoc/>
    public override void Flush() => Forward(output.Flush);

    /// <summary>Does the write.</summary>
    protected abstract void Forward(Action write);
}

/// <summary>
/// Standard error, or standard output where only progress goes, as far as it takes anything: what a full disk or a closed
/// terminal does not take is dropped. Progress and notes are by-products, and a run goes on without them.
/// </summary>
/// <param name="output">Where it goes.</param>
public sealed class LastingOutput(TextWriter output) : ForwardingOutput(output)
{
    /// <inheritdoc/>
    protected override void Forward(Action write)
    {
        try
        {
            write();
        }
        catch (Exception lost) when (lost is IOException or UnauthorizedAccessException or ObjectDisposedException
            or PomonaException { Code: ExitCode.Unheard })
        {
            // What is told of the way there; how it ended has an exit code.
        }
    }
}

/// <summary>Standard output: a command's answer, which a caller must be able to rely on.</summary>
/// <param name="output">Where it goes.</param>
internal sealed class AnswerOutput(TextWriter output) : ForwardingOutput(output)
{
    protected override void Forward(Action write)
    {
        try
        {
            write();
        }
        catch (Exception lost) when (lost is IOException or UnauthorizedAccessException)
        {
            throw new PomonaException(
                ExitCode.Unheard,
                $"all is done, but standard output did not take the answer ({lost.Message.TrimEnd('.')}): the same command tells it again.",
                lost);
        }
    }
}
