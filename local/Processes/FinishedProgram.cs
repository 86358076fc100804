using System.Diagnostics;

namespace Pomona.Local.Processes;

/// <summary>A short program that ran to its end. What lives longer, or must end with this process, is a GuardedProcess.</summary>
/// <param name="Code">Its exit code.</param>
/// <param name="Output">What it wrote to standard output.</param>
/// <param name="Error">What it wrote to standard error.</param>
internal sealed record FinishedProgram(int Code, string Output, string Error)
{
    /// <summary>Runs a program to its end; when that is cancelled, the program and what it started are ended.</summary>
    /// <exception cref="System.ComponentModel.Win32Exception">There is no such program.</exception>
    public static async Task<FinishedProgram> RunAsync(
        string program, IEnumerable<string> arguments, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(cancellation);
        var error = process.StandardError.ReadToEndAsync(cancellation);
        try
        {
            await process.WaitForExitAsync(cancellation);
            return new FinishedProgram(process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            // Asked to end is not ended: what it writes to is the next one's as soon as this returns.
            await process.WaitForExitAsync(CancellationToken.None);
            throw;
        }
    }
}
