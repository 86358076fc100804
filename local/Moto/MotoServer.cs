using System.Globalization;
using Pomona.Local.Account;
using Pomona.Local.Processes;

namespace Pomona.Local.Moto;

/// <summary>The moto_server process behind the front.</summary>
internal sealed class MotoServer(PythonEnvironment python, LocalSettings settings, MotoSocket socket) : HostedPart
{
    // Two seconds, but for a machine that is busy with much else.
    private static readonly TimeSpan LongestStart = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly TaskCompletionSource<int> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private GuardedProcess? _process;

    /// <summary>Completes when the process has ended.</summary>
    public Task<int> Exited => _exited.Task;

    public static void AddTo(IServiceCollection services, PythonEnvironment python)
    {
        services.AddSingleton(python);
        services.AddSingleton(provider => new MotoSocket(provider.GetRequiredService<LocalSettings>().StateFolder));
        services.AddPart<MotoServer>();
    }

    /// <summary>Starts moto and waits until it answers.</summary>
    /// <exception cref="LocalCloudException">It ended instead; the message holds the end of its log.</exception>
    public override async Task StartedAsync(CancellationToken cancellationToken)
    {
        var log = Path.Combine(settings.LogFolder, "moto.log");
        var file = new LogFile(log);
        _process = GuardedProcess.Start(Plan(), file.Write, file.Write);
        _ = PassOnAsync(_process);
        await AnswersAsync(log, cancellationToken);
    }

    public override async Task StoppingAsync(CancellationToken cancellationToken)
    {
        if (_process is not null)
            await _process.DisposeAsync();
    }

    private async Task PassOnAsync(GuardedProcess process) => _exited.TrySetResult(await process.Exited);

    private ProcessPlan Plan() => new(
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
        TimeSpan.FromSeconds(2));

    private async Task AnswersAsync(string log, CancellationToken cancellation)
    {
        using var http = new HttpClient(socket.Handler()) { Timeout = TimeSpan.FromSeconds(5) };
        var until = TimeProvider.System.GetUtcNow() + LongestStart;
        while (TimeProvider.System.GetUtcNow() < until && !_process!.Exited.IsCompleted)
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
