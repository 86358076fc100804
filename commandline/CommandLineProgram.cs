using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
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
    /// <returns>The exit code: a <see cref="ExitCode"/>.</returns>
    public static async Task<int> InvokeAsync(RootCommand root, string[] args, InvocationConfiguration configuration)
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
        configuration.EnableDefaultExceptionHandler = false;
        configuration.Output = new AnswerOutput(configuration.Output);
        configuration.Error = new LastingOutput(configuration.Error);
        using var hangUp = new CancellationTokenSource();
        using var heard = HangsUp() ? PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            signal.Cancel = true;
            hangUp.Cancel();
        }) : null;
        try
        {
            var code = await parsed.InvokeAsync(configuration, hangUp.Token).ConfigureAwait(false);
            return parsed.Errors.Count > 0 ? (int)ExitCode.Usage : code;
        }
        catch (Exception error)
        {
            return Show(error, showsTrace, configuration.Error);
        }
    }

    /// <summary>
    /// Whether a terminal that goes is to end the program: not under nohup, which has SIGHUP ignored, and the handler would
    /// undo that. Linux tells what is ignored; elsewhere SIGHUP stays as the system has it.
    /// </summary>
    private static bool HangsUp()
    {
        const ulong HangUp = 1; // SIGHUP is signal 1, the lowest bit
        try
        {
            const string Ignored = "SigIgn:";
            return OperatingSystem.IsLinux()
                && File.ReadLines("/proc/self/status").FirstOrDefault(static line => line.StartsWith(Ignored, StringComparison.Ordinal)) is { } line
                && ulong.TryParse(line[Ignored.Length..].Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var signals)
                && (signals & HangUp) == 0;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static int Show(Exception error, bool showsTrace, TextWriter output)
    {
        var (code, sentence) = error switch
        {
            PomonaException { Code: ExitCode.Output } known => (known.Code, known.Message),
            // Before the others' sentences: what could not be opened may be a model, a setting, or a part of the program.
            _ when FileHandles.RanOut(error) || (error is OutOfMemoryException && FileHandles.AreFew()) => (
                ExitCode.Output,
                "too many files are open: raise the limit (`ulimit -n 4096`), then run the same command again."),
            PomonaException known => (known.Code, known.Message),
            OperationCanceledException => (
                ExitCode.Cancelled,
                "stopped: what is finished stays, and the same command goes on from there."),
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
        return (int)code;
    }
}
