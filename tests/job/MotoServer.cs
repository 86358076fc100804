using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Pomona.Job.Tests;

/// <summary>An S3 of a test class's own: moto_server on a free loopback port.</summary>
public sealed class MotoServer : IAsyncLifetime
{
    private Process? _process;

    public string Url { get; private set; } = string.Empty;

    public async Task InitializeAsync()
    {
        if (!IsInstalled)
            return;

        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            Url = $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}";
        }

        _process = Process.Start(new ProcessStartInfo("moto_server", ["-H", "127.0.0.1", "-p", new Uri(Url).Port.ToString()])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
        using var http = new HttpClient();
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await http.GetAsync(new Uri(Url + "/moto-api/"));
                return;
            }
            catch (HttpRequestException) when (attempt < 200 && !_process.HasExited)
            {
                await Task.Delay(100);
            }
        }
    }

    public async Task DisposeAsync()
    {
        if (_process is null)
            return;

        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    internal static bool IsInstalled => (Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
        .Split(':')
        .Any(folder => File.Exists(Path.Combine(folder, "moto_server")));
}
