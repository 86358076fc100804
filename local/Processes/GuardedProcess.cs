using System.Diagnostics;
using System.Globalization;

namespace Pomona.Local.Processes;

/// <summary>
/// A child process with all its descendants, which cannot outlive this program: <c>guard.sh</c> ends the whole process
/// group when the pipe between the two closes, whatever the reason.
/// </summary>
internal sealed class GuardedProcess : IAsyncDisposable
{
    private readonly Process _guard;
    private readonly StreamWriter _input;
    private bool _closed;

    private GuardedProcess(Process guard, Task<int> exited)
    {
        _guard = guard;
        // Kept, because a process that is disposed of no longer gives it, and may be stopped at that moment.
        _input = guard.StandardInput;
        Exited = exited;
    }

    /// <summary>The exit code, once the process has ended and all its output has been passed on; 128+n for signal n.</summary>
    public Task<int> Exited { get; }

    /// <summary>Starts the program.</summary>
    /// <param name="plan">What to run.</param>
    /// <param name="output">Gets each line of standard output; called from one thread at a time.</param>
    /// <param name="error">Gets each line of standard error; may be called while <paramref name="output"/> runs.</param>
    /// <exception cref="System.ComponentModel.Win32Exception">bash is not on the PATH.</exception>
    public static GuardedProcess Start(ProcessPlan plan, Action<string> output, Action<string> error)
    {
        var start = new ProcessStartInfo("bash")
        {
            WorkingDirectory = plan.Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Processes", "guard.sh"));
        start.ArgumentList.Add(plan.Grace.TotalSeconds.ToString(CultureInfo.InvariantCulture));
        foreach (var part in plan.Command)
            start.ArgumentList.Add(part);

        start.Environment.Clear();
        foreach (var (name, value) in plan.Environment)
            start.Environment[name] = value;

        var guard = Process.Start(start)!;
        var lines = Task.WhenAll(PassOnAsync(guard.StandardOutput, output), PassOnAsync(guard.StandardError, error));
        return new GuardedProcess(guard, ExitCodeAsync(guard, lines));
    }

    /// <summary>Ends the process and everything it started, and waits until they are gone.</summary>
    /// <param name="suddenly">Without a signal that it could hear, as when its machine is gone.</param>
    public async Task StopAsync(bool suddenly = false)
    {
        lock (_input)
        {
            if (suddenly && !_closed)
                _input.Write("now");
            _closed = true;
            try
            {
                _input.Close();
            }
            catch (IOException)
            {
                // It has ended by itself.
            }
        }

        await Exited;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _guard.Dispose();
    }

    private static async Task<int> ExitCodeAsync(Process guard, Task lines)
    {
        await lines;
        await guard.WaitForExitAsync();
        return guard.ExitCode;
    }

    private static async Task PassOnAsync(StreamReader reader, Action<string> line)
    {
        while (await reader.ReadLineAsync() is { } text)
            line(text);
    }
}

/// <summary>A program to run: the whole of its environment is named, nothing is inherited unless it is in the list.</summary>
/// <param name="Command">The program and its arguments.</param>
/// <param name="Environment">Every environment variable the program sees.</param>
/// <param name="Folder">Its working folder, which exists.</param>
/// <param name="Grace">How long it may take to end by itself after SIGTERM before SIGKILL.</param>
internal sealed record ProcessPlan(
    IReadOnlyList<string> Command,
    IReadOnlyDictionary<string, string> Environment,
    string Folder,
    TimeSpan Grace);
