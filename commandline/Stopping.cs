using System.Globalization;
using System.Runtime.InteropServices;
using Pomona.Contracts;

namespace Pomona.CommandLine;

/// <summary>
/// What asks a program to stop: Ctrl-C, SIGTERM, and on Linux a terminal that goes. The first time it is asked to end orderly; a
/// second time the system ends it. A signal that was ignored when the program started, as under nohup, stays ignored.
/// </summary>
internal sealed class Stopping : IDisposable
{
    /// <summary>How long what was stopped may take to end orderly.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _asked = new();
    private readonly CancellationTokenSource _overdue = new();
    private readonly List<PosixSignalRegistration> _heard = [];

    public Stopping()
    {
        var ignored = Ignored();
        Hear(PosixSignal.SIGINT, 2, ExitCode.Cancelled);
        Hear(PosixSignal.SIGTERM, 15, ExitCode.Terminated);
        // Elsewhere nobody tells whether it is ignored, which a handler would undo.
        if (ignored is not null)
            Hear(PosixSignal.SIGHUP, 1, ExitCode.Cancelled);

        void Hear(PosixSignal signal, int number, ExitCode code)
        {
            if ((ignored & (1UL << (number - 1))) is null or 0)
                _heard.Add(PosixSignalRegistration.Create(signal, heard => Stop(heard, code)));
        }
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Asked => _asked.Token;

    /// <summary>Cancelled when what was to stop has not.</summary>
    public CancellationToken Overdue => _overdue.Token;

    /// <summary>The exit code of a program that has stopped.</summary>
    public ExitCode Code { get; private set; } = ExitCode.Cancelled;

    public void Dispose()
    {
        foreach (var signal in _heard)
            signal.Dispose();
        _asked.Dispose();
        _overdue.Dispose();
    }

    private void Stop(PosixSignalContext signal, ExitCode code)
    {
        if (_asked.IsCancellationRequested)
            return;
        signal.Cancel = true;
        Code = code;
        _overdue.CancelAfter(Grace);
        _asked.Cancel();
    }

    /// <summary>The signals that were ignored at the start, signal n as bit n − 1; null where the system does not tell.</summary>
    private static ulong? Ignored()
    {
        const string Field = "SigIgn:";
        try
        {
            return OperatingSystem.IsLinux()
                && File.ReadLines("/proc/self/status").FirstOrDefault(static line => line.StartsWith(Field, StringComparison.Ordinal)) is { } line
                && ulong.TryParse(line[Field.Length..].Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var signals)
                    ? signals
                    : null;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
