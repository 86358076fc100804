using System.ComponentModel;
using System.Diagnostics;
using Pomona.Contracts;

namespace Pomona.Cloud.Deployment;

/// <summary>One of the programs that a deployment needs, run as a person would run it in the repository.</summary>
/// <param name="Program">The program: a path, or a name that the PATH leads to.</param>
/// <param name="Words">Its words.</param>
/// <param name="Environment">What is different in its environment; null takes a variable away.</param>
internal sealed record ToolProgram(string Program, IReadOnlyList<string> Words, IReadOnlyDictionary<string, string?> Environment)
{
    /// <summary>The repository's folder, where they all run.</summary>
    /// <exception cref="PomonaException">The program was not started by <c>./pomona</c>.</exception>
    public static string Root => System.Environment.GetEnvironmentVariable("POMONA_ROOT") is { Length: > 0 } root
        ? root
        : throw new PomonaException(ExitCode.Usage, "POMONA_ROOT is not set: start this program with ./pomona.");

    /// <summary>Runs it to its end.</summary>
    /// <param name="said">Gets each line that it writes, on either stream.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>Its exit code.</returns>
    /// <exception cref="PomonaException">There is no such program.</exception>
    public async Task<int> RunAsync(Action<string> said, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(Program, Words)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Root,
        };
        foreach (var (name, value) in Environment)
            start.Environment[name] = value;
        using var process = Started(start);
        process.StandardInput.Close(); // nobody is asked anything
        try
        {
            var gate = new Lock();
            await Task.WhenAll(PassAsync(process.StandardOutput), PassAsync(process.StandardError));
            await process.WaitForExitAsync(cancellation);
            return process.ExitCode;

            async Task PassAsync(StreamReader lines)
            {
                while (await lines.ReadLineAsync(cancellation) is { } line)
                {
                    lock (gate)
                        said(line);
                }
            }
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>The same, where only success will do.</summary>
    /// <exception cref="PomonaException">There is no such program, or it failed; its own words have said why.</exception>
    public async Task RequireAsync(Action<string> said, CancellationToken cancellation)
    {
        if (await RunAsync(said, cancellation) is not 0 and var code)
        {
            var title = string.Join(' ', [Path.GetFileName(Program), .. Words.Take(1)]);
            throw new PomonaException(ExitCode.Account, $"'{title}' ended with exit code {code}: its last lines say why; the same command goes on from there.");
        }
    }

    private Process Started(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception cause)
        {
            throw new PomonaException(ExitCode.Account, $"'{Program}' cannot be started: {cause.Message}.", cause);
        }
    }
}
