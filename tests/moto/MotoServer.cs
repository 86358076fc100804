using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Pomona.Tests;

/// <summary>
/// A moto_server (https://github.com/getmoto/moto) for a class of tests, on a free port of the loopback, gone with it. It is
/// started and corrected by the local cloud's own <c>local/Moto</c>, where each correction is explained and tested.
/// </summary>
public sealed class MotoServer : IAsyncLifetime
{
    /// <summary>The only version that the corrections fit.</summary>
    internal const string Version = "5.2.1";

    private const int Starts = 3;
    private static readonly Lazy<string?> Reason = new(FindMissing);
    private readonly int? _front;
    private Process? _process;
    private volatile string _lastWords = string.Empty;

    /// <summary>A server whose state machines call the server itself.</summary>
    public MotoServer()
    {
    }

    /// <summary>A server whose state machines call every service at the port <paramref name="front"/>.</summary>
    internal MotoServer(int front) => _front = front;

    /// <summary>Why there is none on this machine; null when there is.</summary>
    internal static string? Missing => Reason.Value;

    internal int Port { get; private set; }

    internal string Url => $"http://127.0.0.1:{Port}";

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        if (Missing is not null)
            return;

        // The port is free when it is chosen, and may be somebody's by the time that Python has started.
        for (var start = 1; !await StartAsync(); start++)
        {
            if (start == Starts)
                throw new InvalidOperationException($"moto_server ended {Starts} times; the last time it said: {_lastWords}");
        }
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        if (_process is null)
            return;

        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    internal static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    /// <summary>Whether it answers; false when it ended instead.</summary>
    private async Task<bool> StartAsync()
    {
        _process?.Dispose();
        Port = FreePort();
        var start = new ProcessStartInfo("python3")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList = { RepositoryRoot.File("local/Moto/serve.py"), Text(Port), Text(_front ?? Port), "1", "1" },
        };
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        foreach (var name in new[] { "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY" })
            start.Environment[name] = "test";
        start.Environment["AWS_DEFAULT_REGION"] = "eu-west-3";
        // It says itself when it listens; an answer on the port might be another process's.
        var listens = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _process = Process.Start(start)!;
        _process.OutputDataReceived += static (_, _) => { };
        _process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data?.Contains($"Running on {Url}", StringComparison.Ordinal) == true)
                listens.TrySetResult();
            else if (line.Data is { Length: > 0 } words && !words.Contains(" HTTP/1.1\" ", StringComparison.Ordinal))
                _lastWords = words;
        };
        // Unread pipes fill up and stop the process that writes into them.
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await Task.WhenAny(listens.Task, _process.WaitForExitAsync()).WaitAsync(TimeSpan.FromMinutes(2));
        return listens.Task.IsCompleted;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string? FindMissing()
    {
        var found = Tool.Run("python3", ["-c", "import moto, moto.server, moto.stepfunctions.parser.models; print(moto.__version__)"]);
        return found.ExitCode == 0 && found.Output.Trim() == Version
            ? null
            : $"needs python3 with moto {Version}: pip install 'moto[server,stepfunctions]=={Version}'";
    }
}
