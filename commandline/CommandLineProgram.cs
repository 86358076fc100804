using System.CommandLine;
using Pomona.Contracts;

namespace Pomona.CommandLine;

/// <summary>Runs a program's command line, so that every error is one sentence on standard error and an exit code.</summary>
public static class CommandLineProgram
{
    private const string Trace = "--trace";
    private const string TraceVariable = "POMONA_TRACE";

    /// <summary>Runs what the arguments ask for.</summary>
    /// <param name="root">The program's commands; <c>--trace</c> is added to them.</param>
    /// <param name="args">The words that the person typed.</param>
    /// <param name="configuration">Where it writes.</param>
    /// <param name="stopped">What is said when it is stopped.</param>
    /// <returns>The exit code: a <see cref="ExitCode"/>.</returns>
    public static async Task<int> InvokeAsync(
        RootCommand root, string[] args, InvocationConfiguration configuration,
        string stopped = "stopped: what is finished stays, and the same command goes on from there.")
    {
        ArgumentNullException.ThrowIfNull(root);
        ArgumentNullException.ThrowIfNull(configuration);
        root.Add(new Option<bool>(Trace)
        {
            Description = $"Show the stack trace of an error (also {TraceVariable}=1)",
            Recursive = true,
        });
        var parsed = root.Parse(args);
        var showsTrace = Environment.GetEnvironmentVariable(TraceVariable) == "1"
            || (parsed.Errors.Count == 0 && parsed.GetValue<bool>(Trace));
        var (output, error) = (new AnswerOutput(configuration.Output), new LastingOutput(configuration.Error));
        var lastWord = LastWord.Begin();
        using var stopping = new Stopping();
        ExitCode Told(Exception failure) => Show(failure, showsTrace, error, (stopping.Code, stopped), lastWord);
        var invocation = new EndedInvocation(Told)
        {
            Output = output,
            Error = error,
            EnableDefaultExceptionHandler = false,
            // Its own handling of signals returns while what was stopped has not yet said so.
            ProcessTerminationTimeout = null,
        };
        try
        {
            var code = await parsed.InvokeAsync(invocation, stopping.Asked).WaitAsync(stopping.Overdue).ConfigureAwait(false);
            code = parsed.Errors.Count > 0 ? (int)ExitCode.Usage : code;
            lastWord?.End(code, string.Empty);
            return code;
        }
        catch (Exception failure)
        {
            return (int)Told(failure);
        }
    }

    private static ExitCode Show(Exception error, bool showsTrace, TextWriter output, (ExitCode Code, string Sentence) stopped, LastWord? lastWord)
    {
        var (code, sentence) = error switch
        {
            PomonaException { Code: ExitCode.Output } known => (known.Code, known.Message),
            // Before the others' sentences: what could not be opened may be a model, a setting, or a part of the program.
            _ when FileHandles.RanOut(error) || (error is OutOfMemoryException or DllNotFoundException && FileHandles.AreFew()) => (
                ExitCode.Output,
                "too many files are open: raise the limit (`ulimit -n 4096`), then run the same command again."),
            PomonaException known => (known.Code, known.Message),
            OperationCanceledException => stopped,
            OutOfMemoryException => (
                ExitCode.Fault,
                "memory ran out: choose fewer --threads or a smaller --max-megapixels, or end what else needs it, then run the same command again."),
            // Its message is the sentence: which library, where it was looked for, and what installs it.
            DllNotFoundException library => (ExitCode.Fault, library.Message),
            _ => (
                ExitCode.Fault,
                $"this is a fault of Pomona's: {error.GetType().Name}: {error.Message} Please report it with what "
                + $"{TraceVariable}=1 shows."),
        };
        output.WriteLine($"pomona: {Printable.Lines(sentence)}");
        if (showsTrace)
            output.WriteLine(error);
        lastWord?.End((int)code, Printable.Lines(sentence));
        return code;
    }
}
