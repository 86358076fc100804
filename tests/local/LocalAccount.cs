using System.Net;
using System.Net.Sockets;
using System.Reflection;
using System.Text.Json.Nodes;
using Amazon.Runtime;
using Amazon.S3;
using Microsoft.Extensions.DependencyInjection;
using Pomona.Local.Account;
using Pomona.Local.Aws;
using Pomona.Local.Lambda;
using Pomona.Local.Moto;

namespace Pomona.Local.Tests;

/// <summary>A local cloud of its own for a class of tests, without a stack in it.</summary>
public class LocalAccount : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pomona-local-").FullName;
    private LocalCloud? _cloud;

    internal LocalCloud Cloud => _cloud!;

    internal AwsClient Aws => Cloud.Services.GetRequiredKeyedService<AwsClient>(AwsEndpoint.Front);

    internal IAmazonS3 S3 { get; private set; } = null!;

    internal string Folder => _folder;

    internal T Part<T>()
        where T : notnull => Cloud.Services.GetRequiredService<T>();

    public virtual async Task InitializeAsync()
    {
        var python = await PythonEnvironment.EnsureAsync(RepositoryRoot.File(".pomona"), _ => { }, CancellationToken.None);
        _cloud = await LocalCloud.StartAsync(Settings(), python, CancellationToken.None, Change);
        S3 = new AmazonS3Client(
            new BasicAWSCredentials(Cloud.Settings.AccessKey("somebody"), "secret"),
            new AmazonS3Config
            {
                ServiceURL = Cloud.Settings.Front.AbsoluteUri,
                ForcePathStyle = true,
                AuthenticationRegion = LocalSettings.Region,
            });
    }

    public async Task DisposeAsync()
    {
        S3?.Dispose();
        if (_cloud is not null)
            await _cloud.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>What takes the place of one of the account's parts, or is added to them.</summary>
    internal virtual void Change(IServiceCollection services)
    {
    }

    internal virtual LocalSettings Settings() => new()
    {
        Root = RepositoryRoot.Path,
        StateFolder = _folder,
        Front = new Uri($"http://localhost:{FreePort()}/"),
        TimeScale = 240,
    };

    /// <summary>A free port of this machine's loopback interface.</summary>
    internal static int FreePort()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }

    /// <summary>Hosts a method of the sample functions.</summary>
    internal FunctionPool Host(
        string method, string? name = null, int memory = 256, double seconds = 30, Dictionary<string, string>? environment = null,
        string? deadLetters = null, int retries = 2)
    {
        name ??= method;
        Part<FunctionRegistry>().Add(new FunctionDefinition(
            name,
            $"arn:aws:lambda:{LocalSettings.Region}:{LocalSettings.Account}:function:{name}",
            $"Pomona.Local.SampleFunctions::Pomona.Local.SampleFunctions.Samples::{method}",
            Metadata("SampleFunctions"),
            memory,
            TimeSpan.FromSeconds(seconds),
            environment ?? [],
            deadLetters,
            Retries: retries));
        Assert.True(Part<FunctionRegistry>().TryGet(name, out var pool));
        return pool;
    }

    internal Task<JsonObject> CallAsync(string service, string operation, JsonObject parameters) =>
        Aws.CallAsync(service, operation, parameters, CancellationToken.None);

    private static string Metadata(string key) => Assembly.GetExecutingAssembly()
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == key).Value!;
}
