using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Serialization;
using Amazon.Runtime;
using Amazon.S3;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Pomona.Local.Aws;
using Pomona.Local.Control;
using Pomona.Local.Emr;
using Pomona.Local.Events;
using Pomona.Local.Faults;
using Pomona.Local.Front;
using Pomona.Local.Lambda;
using Pomona.Local.Mail;
using Pomona.Local.Moto;
using Pomona.Local.Page;
using Pomona.Local.Runs;
using Pomona.Local.Stack;
using Pomona.Local.Storage;

namespace Pomona.Local;

/// <summary>A running local AWS account: the front, moto behind it, the functions' and clusters' processes.</summary>
internal sealed class LocalCloud : IAsyncDisposable
{
    private readonly WebApplication _front;
    private readonly MotoServer _moto;

    private LocalCloud(WebApplication front, MotoServer moto, LocalSettings settings)
    {
        _front = front;
        _moto = moto;
        Settings = settings;
    }

    /// <summary>How it is set up.</summary>
    public LocalSettings Settings { get; }

    /// <summary>Its parts.</summary>
    public IServiceProvider Services => _front.Services;

    /// <summary>Completes when moto has ended, without which nothing works.</summary>
    public Task<int> MotoExited => _moto.Exited;

    /// <summary>A free port of this machine's loopback interface.</summary>
    public static int FreePort()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }

    /// <summary>Brings the account up.</summary>
    /// <exception cref="LocalCloudException">moto did not start, or the front's port is taken.</exception>
    public static async Task<LocalCloud> StartAsync(
        LocalSettings settings, PythonEnvironment python, CancellationToken cancellation)
    {
        foreach (var folder in (string[])[settings.StateFolder, settings.LogFolder, settings.MailFolder, settings.ClusterFolder])
            PrivateFolder.Create(folder);

        var front = Front(settings, python);
        try
        {
            await front.StartAsync(cancellation);
        }
        catch (IOException fault)
        {
            await front.DisposeAsync();
            throw new LocalCloudException(
                $"port {settings.Front.Port} is taken: './pomona local status' tells whether a local cloud is up; --port takes another.", fault);
        }

        try
        {
            return new LocalCloud(front, await MotoServer.StartAsync(
                python, settings, front.Services.GetRequiredService<MotoSocket>(), cancellation), settings);
        }
        catch
        {
            await front.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // What is held up would wait for ever.
        Services.GetRequiredService<FaultPlan>().Clear();
        // Clusters and functions first: they call the front, which calls moto. What fails to stop does not keep the rest up.
        List<Exception> faults = [];
        foreach (var stop in (Func<Task>[])[
            Services.GetRequiredService<ClusterStore>().StopAsync,
            Services.GetRequiredService<ExecutionWatch>().StopAsync,
            Services.GetRequiredService<EventDelivery>().StopAsync,
            Services.GetRequiredService<TargetDelivery>().StopAsync,
            Services.GetRequiredService<AsyncInvocations>().StopAsync,
            Services.GetRequiredService<FunctionRegistry>().StopAsync,
            () => _moto.DisposeAsync().AsTask(),
            () => _front.StopAsync(),
            () => _front.DisposeAsync().AsTask(),
        ])
        {
            try
            {
                await stop();
            }
            catch (Exception fault)
            {
                faults.Add(fault);
            }
        }

        if (faults.Count > 0)
            throw new AggregateException("the local cloud did not go down in order.", faults);
    }

    private static WebApplication Front(LocalSettings settings, PythonEnvironment python)
    {
        var builder = WebApplication.CreateSlimBuilder();
        var callers = new CallerCheck(settings);
        builder.Logging.ClearProviders().AddSimpleConsole(options => options.SingleLine = true)
            .SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.ListenLocalhost(settings.Front.Port, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                listen.Use(next => connection => callers.NoteAsync(connection, next));
            });
            // Each operation says how much more it takes; whoever dawdles is dropped, as Kestrel does by itself.
            kestrel.Limits.MaxRequestBodySize = 64 << 10;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
            kestrel.AddServerHeader = false;
        });
        Add(builder.Services, settings, python);

        var front = builder.Build();
        front.Use(front.Services.GetRequiredService<BrowserRefusal>().CheckAsync);
        front.Use(callers.CheckAsync);
        CallerCheck.Map(front, settings);
        front.Services.GetRequiredService<RuntimeApi>().Map(front);
        front.Services.GetRequiredService<ControlApi>().Map(front);
        front.Services.GetRequiredService<RunsApi>().Map(front);
        PageFiles.Map(front);
        var door = front.Services.GetRequiredService<FrontDoor>();
        front.MapFallback("{**path}", http =>
            BrowserRefusal.IsForPage(http.Request) ? PageFiles.WriteAsync("index.html", http) : door.AnswerAsync(http));
        return front;
    }

    private static void Add(IServiceCollection services, LocalSettings settings, PythonEnvironment python)
    {
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.Converters.Add(new JsonStringEnumConverter()));
        services.AddSingleton(settings);
        services.AddSingleton(python);
        services.AddSingleton(_ => new MotoSocket(settings.StateFolder));
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(new ScaledTime(TimeProvider.System, settings.TimeScale));
        services.AddSingleton(new IdSource(
            TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture)));
        services.AddKeyedSingleton(AwsEndpoint.Front, new HttpClient(
            new SocketsHttpHandler { UseProxy = false, PooledConnectionIdleTimeout = TimeSpan.FromSeconds(2) }));
        services.AddKeyedSingleton(AwsEndpoint.Moto, (provider, _) => new HttpClient(provider.GetRequiredService<MotoSocket>().Handler()));
        services.AddSingleton(new ServiceModels(python.ModelFolder));
        foreach (var endpoint in (string[])[AwsEndpoint.Front, AwsEndpoint.Moto])
        {
            services.AddKeyedSingleton(endpoint, (provider, _) => new AwsClient(
                provider.GetRequiredKeyedService<HttpClient>(endpoint), provider.GetRequiredService<ServiceModels>(), settings.Front,
                LocalSettings.Region, settings.AccessKey("local-cloud")));
        }

        services.AddSingleton<IAmazonS3>(Storage(settings, null));
        services.AddKeyedSingleton<IAmazonS3>(
            AwsEndpoint.Moto, (provider, _) => Storage(settings, provider.GetRequiredService<MotoSocket>()));

        services.AddSingleton<FaultPlan>().AddSingleton<Forwarder>().AddSingleton<AwsCallReader>().AddSingleton<BrowserRefusal>().AddSingleton<FrontDoor>();
        services.AddSingleton<FunctionInstances>().AddSingleton<FunctionStarter>().AddSingleton<FunctionRegistry>();
        services.AddSingleton<DeadLetters>().AddSingleton<AsyncInvocations>().AddSingleton<RuntimeApi>();
        services.AddSingleton<Queues>().AddSingleton<TargetDelivery>().AddSingleton<EventTargets>().AddSingleton<EventBus>().AddSingleton<ExecutionWatch>();
        services.AddSingleton<Mailbox>().AddSingleton<TopicDelivery>();
        services.AddSingleton<BucketNotifications>().AddSingleton<BucketPolicies>().AddSingleton<EventDelivery>().AddSingleton<ObjectHeads>();
        services.AddSingleton<NodeTools>().AddSingleton<ClusterEvents>().AddSingleton<ClusterLogs>();
        services.AddSingleton<ClusterFaults>().AddSingleton<ClusterStore>();
        services.AddSingleton<ClusterApi>().AddSingleton<StepApi>().AddSingleton<FleetApi>();
        services.AddSingleton<Schedules>().AddSingleton<ShutdownRequest>().AddSingleton<ControlApi>();
        services.AddSingleton<RunFolder>().AddSingleton<RunViews>().AddSingleton<ClusterViews>().AddSingleton<RunsApi>();
        services.AddSingleton<LocalArtifacts>().AddSingleton<PomonaStack>();
        services.AddSingleton<SamTranslator>().AddSingleton<StackApi>().AddSingleton<CreatedStacks>().AddSingleton<StackCreation>();
        foreach (var type in typeof(IResourceType).Assembly.GetTypes().Where(type => type.IsClass && type.IsAssignableTo(typeof(IResourceType))))
            services.AddSingleton(typeof(IResourceType), type);
        services.AddSingleton<IAwsService, LambdaService>().AddSingleton<IAwsService, EmrService>();
        services.AddSingleton<IAwsService, EventsService>().AddSingleton<IAwsService, StatesService>();
        services.AddSingleton<IAwsService, SnsService>().AddSingleton<IAwsService, S3Service>();
    }

    // Calls to moto itself have the front's address, too: only the way there is another.
    private static AmazonS3Client Storage(LocalSettings settings, MotoSocket? moto) => new(
        new BasicAWSCredentials(settings.AccessKey("local-cloud"), "local"),
        new AmazonS3Config
        {
            ServiceURL = settings.Front.AbsoluteUri,
            ForcePathStyle = true,
            AuthenticationRegion = LocalSettings.Region,
            HttpClientFactory = moto,
        });
}
