using System.CommandLine;
using Pomona.Job.Models;

namespace Pomona.Job.Commands;

/// <summary>The program's command line: what it can be asked, and how every error is shown.</summary>
internal static class PomonaCommand
{
    private const string Trace = "--trace";
    private const string TraceVariable = "POMONA_TRACE";

    /// <summary>Runs what the arguments ask for; the program's exit code.</summary>
    public static Task<int> InvokeAsync(string[] args, TimeProvider time) => InvokeAsync(
        args,
        time,
        ModelCatalogOptions.FromEnvironment(Environment.GetEnvironmentVariable),
        new InvocationConfiguration());

    /// <summary>As above, with models and outputs of the caller's.</summary>
    internal static async Task<int> InvokeAsync(
        string[] args, TimeProvider time, ModelCatalogOptions models, InvocationConfiguration configuration)
    {
        var parsed = Root(time, models).Parse(args);
        var showsTrace = Environment.GetEnvironmentVariable(TraceVariable) == "1"
            || (parsed.Errors.Count == 0 && parsed.GetValue<bool>(Trace));
        configuration.EnableDefaultExceptionHandler = false;
        try
        {
            var code = await parsed.InvokeAsync(configuration).ConfigureAwait(false);
            return parsed.Errors.Count > 0 ? (int)ExitCode.Usage : code;
        }
        catch (Exception error)
        {
            return Show(error, showsTrace, configuration.Error);
        }
    }

    /// <summary>All commands and their options.</summary>
    internal static RootCommand Root(TimeProvider time, ModelCatalogOptions models) => new(
        "Turns a folder of images into features, components and a report.")
    {
        RunCommand.Create(time),
        ModelCommand.Create(models),
        SamplesCommand.Create(time),
        new Option<bool>(Trace)
        {
            Description = $"Show the stack trace of an error (also {TraceVariable}=1)",
            Recursive = true,
        },
    };

    private static int Show(Exception error, bool showsTrace, TextWriter output)
    {
        var (code, sentence) = error switch
        {
            PomonaException known => (known.Code, known.Message),
            ModelException model => (ExitCode.Model, model.Message),
            OperationCanceledException => (
                ExitCode.Cancelled,
                "stopped: what is finished stays, and the same command goes on from there."),
            // Its message is the sentence: which library, where it was looked for, and what installs it.
            DllNotFoundException library => (ExitCode.Fault, library.Message),
            _ => (
                ExitCode.Fault,
                $"this is a fault of Pomona's: {error.GetType().Name}: {error.Message} Please report it with what "
                + $"{TraceVariable}=1 shows."),
        };
        output.WriteLine($"pomona: {sentence}");
        if (showsTrace)
            output.WriteLine(error);
        return (int)code;
    }
}
