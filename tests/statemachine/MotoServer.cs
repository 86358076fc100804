using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Pomona.StateMachine.Tests;

/// <summary>
/// One moto server with its Step Functions interpreter. Every call that a state makes goes to <paramref name="front"/>, the
/// port given to moto as MOTO_PORT, not to moto itself.
/// </summary>
internal sealed class MotoServer : IAsyncDisposable
{
    private readonly Process _process;

    public MotoServer(int front)
    {
        Port = FreePort();
        var start = new ProcessStartInfo("python3")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList = { RepositoryRoot.File("tests/statemachine/moto_server.py"), $"{Port}" },
        };
        start.Environment["MOTO_PORT"] = $"{front}";
        foreach (var name in new[] { "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY" })
            start.Environment[name] = "test";
        start.Environment["AWS_DEFAULT_REGION"] = StepFunctions.Region;
        _process = Process.Start(start)!;
        // Unread pipes fill up and stop the process that writes into them.
        _process.OutputDataReceived += static (_, _) => { };
        _process.ErrorDataReceived += (_, line) => LastWords = line.Data is { Length: > 0 } words && !words.Contains(" HTTP/1.1\" ", StringComparison.Ordinal) ? words : LastWords;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Port { get; }

    public string LastWords { get; private set; } = string.Empty;

    public async Task WaitUntilUpAsync()
    {
        using var http = new HttpClient();
        for (var attempt = 0; attempt < 300; attempt++)
        {
            if (_process.HasExited)
                throw new InvalidOperationException($"moto_server ended with {_process.ExitCode}: {LastWords}");

            try
            {
                using var answer = await http.GetAsync(new Uri($"http://localhost:{Port}/moto-api/"));
                if (answer.IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(100);
        }

        throw new TimeoutException($"moto_server did not listen within 30 seconds: {LastWords}");
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    public static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
