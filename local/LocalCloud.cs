using Microsoft.Extensions.Hosting;
using Pomona.Local.Account;
using Pomona.Local.Aws;
using Pomona.Local.Control;
using Pomona.Local.Emr;
using Pomona.Local.EventBridge;
using Pomona.Local.Faults;
using Pomona.Local.Front;
using Pomona.Local.Lambda;
using Pomona.Local.Moto;
using Pomona.Local.Page;
using Pomona.Local.S3;
using Pomona.Local.Sns;
using Pomona.Local.Sqs;
using Pomona.Local.Stack;
using Pomona.Local.StepFunctions;

namespace Pomona.Local;

/// <summary>A running local AWS account: the front, moto behind it, the functions' and clusters' processes.</summary>
internal sealed class LocalCloud : IAsyncDisposable
{
    private readonly WebApplication _front;

    private LocalCloud(WebApplication front) => _front = front;

    public LocalSettings Settings => Services.GetRequiredService<LocalSettings>();

    public IServiceProvider Services => _front.Services;

    /// <summary>Completes when moto has ended, without which nothing works.</summary>
    public Task<int> MotoExited => Services.GetRequiredService<MotoServer>().Exited;

    /// <summary>Brings the account up.</summary>
    /// <param name="settings">How it is set up.</param>
    /// <param name="python">What runs moto.</param>
    /// <param name="cancellation">Gives up; nothing is left then.</param>
    /// <param name="change">What else is added to its parts, or takes the place of one.</param>
    /// <exception cref="LocalCloudException">moto did not start, or the front's port is taken.</exception>
    public static async Task<LocalCloud> StartAsync(
        LocalSettings settings, PythonEnvironment python, CancellationToken cancellation, Action<IServiceCollection>? change = null)
    {
        foreach (var folder in (string[])[settings.StateFolder, settings.LogFolder, settings.MailFolder, settings.ClusterFolder])
            PrivateFolder.Create(folder);

        var builder = FrontHost.Create(settings);
        Add(builder.Services, settings, python);
        change?.Invoke(builder.Services);
        var cloud = new LocalCloud(FrontHost.Build(builder));
        try
        {
            await cloud._front.StartAsync(cancellation);
            return cloud;
        }
        catch (Exception fault)
        {
            await cloud.DisposeAsync();
            if (fault is not IOException)
                throw;
            throw new LocalCloudException(
                $"port {settings.Front.Port} is taken: './pomona local status' tells whether a local cloud is up; --port takes another.", fault);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _front.StopAsync();
        await _front.DisposeAsync();
    }

    // The order is that of starting, and backwards that of stopping: clusters before functions, both before moto.
    private static void Add(IServiceCollection services, LocalSettings settings, PythonEnvironment python)
    {
        services.AddSingleton(settings);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(new ScaledTime(TimeProvider.System, settings.TimeScale));
        services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromMinutes(2));
        MotoServer.AddTo(services, python);
        AwsClient.AddTo(services, settings, python);
        Queues.AddTo(services);
        LambdaService.AddTo(services);
        SnsService.AddTo(services);
        EventBridgeService.AddTo(services);
        S3Service.AddTo(services);
        StepFunctionsService.AddTo(services);
        EmrService.AddTo(services);
        PomonaStack.AddTo(services);
        AccountPage.AddTo(services);
        ControlApi.AddTo(services);
        FaultPlan.AddTo(services);
    }
}
