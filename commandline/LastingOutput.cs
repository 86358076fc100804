using System.Text;
using Pomona.Contracts;

namespace Pomona.CommandLine;

/// <summary>
/// Standard error, as far as it takes anything: what a full disk or a closed terminal does not take is dropped. Progress and
/// notes are by-products, and a run goes on without them.
/// </summary>
/// <param name="output">Where it goes.</param>
public sealed class LastingOutput(TextWriter output) : TextWriter
{
    /// <inheritdoc/>
    public override Encoding Encoding => output.Encoding;

    /// <inheritdoc/>
    public override void Write(char value) => Try(() => output.Write(value));

    /// <inheritdoc/>
    public override void Write(char[] buffer, int index, int count) => Try(() => output.Write(buffer, index, count));

    /// <inheritdoc/>
    public override void Write(string? value) => Try(() => output.Write(value));

    /// <inheritdoc/>
    public override void WriteLine(string? value) => Try(() => output.WriteLine(value));

    /// <inheritdoc/>
    public override void Flush() => Try(output.Flush);

    private static void Try(Action write)
    {
        try
        {
            write();
        }
        catch (Exception lost) when (lost is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            // Nobody to tell: this is where errors are told.
        }
    }
}

/// <summary>Standard output: a command's answer, which a caller must be able to rely on.</summary>
/// <param name="output">Where it goes.</param>
internal sealed class AnswerOutput(TextWriter output) : TextWriter
{
    public override Encoding Encoding => output.Encoding;

    public override void Write(char value) => Answer(() => output.Write(value));

    public override void Write(char[] buffer, int index, int count) => Answer(() => output.Write(buffer, index, count));

    public override void Write(string? value) => Answer(() => output.Write(value));

    public override void WriteLine(string? value) => Answer(() => output.WriteLine(value));

    public override void Flush() => Answer(output.Flush);

    private static void Answer(Action write)
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
