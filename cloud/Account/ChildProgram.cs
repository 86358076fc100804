using System.ComponentModel;
using System.Diagnostics;
using Pomona.Contracts;

namespace Pomona.Cloud.Account;

/// <summary>A program that is asked something: nobody answers its questions, and it ends with whoever started it.</summary>
internal sealed class ChildProgram : IDisposable
{
    private readonly Process _process;

    /// <summary>Starts it.</summary>
    /// <param name="program">The program: a path, or a name that the PATH leads to.</param>
    /// <param name="words">Its words.</param>
    /// <param name="environment">What is different in its environment; null takes a variable away.</param>
    /// <param name="folder">Where it runs; null for where this process does.</param>
    /// <param name="absent">The sentence for when there is no such program, from the system's own.</param>
    /// <exception cref="PomonaException">There is no such program.</exception>
    public ChildProgram(
        string program, IEnumerable<string> words, IEnumerable<KeyValuePair<string, string?>> environment, string? folder, Func<string, string> absent)
    {
        var start = new ProcessStartInfo(program, words)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        try
        {
            _process = Process.Start(start)!;
        }
        catch (Win32Exception cause)
        {
            throw new PomonaException(ExitCode.Account, absent(cause.Message), cause);
        }

        _process.StandardInput.Close();
    }

    public StreamReader Output => _process.StandardOutput;

    public StreamReader Error => _process.StandardError;

    /// <summary>Waits for its end: its exit code.</summary>
    public async Task<int> EndAsync(CancellationToken cancellation)
    {
        await _process.WaitForExitAsync(cancellation);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }
}
