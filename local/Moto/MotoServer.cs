using System.Globalization;
using Pomona.Local.Processes;

namespace Pomona.Local.Moto;

/// <summary>The moto_server process behind the front.</summary>
internal sealed class MotoServer : IAsyncDisposable
{
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly GuardedProcess _process;

    private MotoServer(GuardedProcess process) => _process = process;

    /// <summary>Completes when the process has ended.</summary>
    public Task<int> Exited => _process.Exited;

    /// <summary>Starts moto and waits until it answers.</summary>
    /// <exception cref="LocalCloudException">It ended instead; the message holds the end of its log.</exception>
    public static async Task<MotoServer> StartAsync(
        PythonEnvironment python, LocalSettings settings, MotoSocket socket, CancellationToken cancellation)
    {
        var log = Path.Combine(settings.LogFolder, "moto.log");
        var gate = new Lock();
        void Write(string line)
        {
            lock (gate)
                File.AppendAllText(log, line + "\n");
        }

        var process = GuardedProcess.Start(
            new ProcessPlan(
                [
                    python.Interpreter, Path.Combine(AppContext.BaseDirectory, "Moto", "serve.py"),
                    $"unix://{socket.Address}",
                    settings.Front.Port.ToString(CultureInfo.InvariantCulture),
                    settings.TimeScale.ToString(CultureInfo.InvariantCulture),
                    settings.HeartbeatScale.ToString(CultureInfo.InvariantCulture),
                    (settings.WaitScale ?? settings.TimeScale).ToString(CultureInfo.InvariantCulture),
                ],
                new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin",
                    ["HOME"] = settings.StateFolder,
                    ["PYTHONUNBUFFERED"] = "1",
                    ["PYTHONDONTWRITEBYTECODE"] = "1",
                    ["AWS_DEFAULT_REGION"] = LocalSettings.Region,
                    ["POMONA_KEY"] = settings.Key,
                },
                settings.StateFolder,
                TimeSpan.FromSeconds(2)),
            Write,
            Write);
        var server = new MotoServer(process);
        try
        {
            await server.AnswersAsync(socket, log, cancellation);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }

        return server;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private async Task AnswersAsync(MotoSocket socket, string log, CancellationToken cancellation)
    {
        using var http = new HttpClient(socket.Handler()) { Timeout = TimeSpan.FromSeconds(5) };
        var until = TimeProvider.System.GetUtcNow() + LongestStart;
        while (TimeProvider.System.GetUtcNow() < until && !Exited.IsCompleted)
        {
            try
            {
                using var response = await http.GetAsync(new Uri("http://localhost/moto-api/config"), cancellation);
                return;
            }
            catch (Exception fault) when (fault is HttpRequestException || (fault is TaskCanceledException && !cancellation.IsCancellationRequested))
            {
                // It does not listen yet, or is too busy starting to answer in time.
                await Task.Delay(Pause, TimeProvider.System, cancellation);
            }
        }

        var end = File.Exists(log) ? string.Join('\n', File.ReadLines(log).TakeLast(5)) : string.Empty;
        throw new LocalCloudException($"moto did not start; the end of {log} says:\n{end}");
    }
}
