using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using Amazon.ElasticMapReduce;
using Amazon.Runtime;
using Microsoft.Extensions.DependencyInjection;
using Pomona.Functions;
using Pomona.Functions.Clusters;
using Pomona.Functions.Tests.Fakes;
using Pomona.Local;
using Pomona.Local.Account;
using Pomona.Local.Aws;
using Pomona.Local.Emr;
using Pomona.Local.Faults;
using Pomona.Local.Front;
using Pomona.Local.Lambda;
using Pomona.Local.Moto;
using Pomona.Local.Sns;

namespace Pomona.StateMachine.Tests;

/// <summary>
/// The workflows in the local cloud, with its EMR and its faults, and with played functions; one for a class of tests, which run
/// one after the other and each start with services that remember nothing.
/// </summary>
public sealed class Workflow : IAsyncLifetime
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    // What takes EMR minutes takes a fraction of a second; heartbeats and timeouts are real.
    private const double TimeScale = 1000;

    private readonly string _folder = Directory.CreateTempSubdirectory("pomona-workflow-").FullName;
    private readonly Dictionary<string, string> _machines = [];
    private readonly PlayedCosts _costs = new();
    private LocalCloud? _cloud;
    private int _lettersBefore;
    private int _executions;

    internal WatchedEmr Emr { get; } = new();

    internal PlayedFunctions Functions { get; } = new();

    internal Uri Front => _cloud!.Settings.Front;

    internal FaultPlan Faults => Part<FaultPlan>();

    internal ClusterFaults ClusterFaults => Part<ClusterFaults>();

    internal IReadOnlyList<Letter> Mails => [.. Part<Mailbox>().Letters.Skip(_lettersBefore)];

    internal IReadOnlyList<JsonObject> CostQuestions => [.. _costs.Questions];

    /// <summary>The substitutions of the template, with names in place of ARNs that do not exist here.</summary>
    internal static IReadOnlyDictionary<string, string> Substitutions { get; } = new Dictionary<string, string>
    {
        ["StackName"] = "pomona",
        ["Bucket"] = "pomona-123456789012-eu-west-3",
        ["QuietSeconds"] = "0",
        ["ExecutorMinutes"] = "10",
        ["MailTopic"] = "arn:aws:sns:us-east-1:123456789012:pomona-mails",
        ["OpenRun"] = FunctionArn("OpenRun"),
        ["MeasureDataset"] = FunctionArn("MeasureDataset"),
        ["PlanRun"] = FunctionArn("PlanRun"),
        ["TakeRoom"] = FunctionArn("TakeRoom"),
        ["RunShards"] = FunctionArn("RunShards"),
        ["JudgeStart"] = FunctionArn("JudgeStart"),
        ["KeepCluster"] = FunctionArn("KeepCluster"),
        ["ComposeMail"] = FunctionArn("ComposeMail"),
        ["CloseRun"] = FunctionArn("CloseRun"),
        ["CostPeriod"] = FunctionArn("CostPeriod"),
        ["ReportCosts"] = FunctionArn("ReportCosts"),
        ["ClusterServiceRole"] = "pomona-ClusterServiceRole",
        ["ClusterInstanceProfile"] = "pomona-ClusterInstanceProfile",
        ["ClusterSecurity"] = "pomona-ClusterSecurity",
    };

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_cloud is not null)
            await _cloud.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Forgets what happened before: each test calls it first.</summary>
    internal async Task BeginAsync()
    {
        _cloud ??= await StartAsync();
        Faults.Clear();
        ClusterFaults.Clear();
        // These tests take their time; that EMR ends idle clusters is tested with the local cloud.
        ClusterFaults.Add(ClusterFault.IdleLimitIgnored, int.MaxValue);
        Emr.Forget(Part<ClusterStore>());
        Emr.OnStep = arguments => Answer(arguments, succeed: true);
        Functions.Forget();
        Functions.Will("JudgeStart", Judge);
        _costs.Questions.Clear();
        _lettersBefore = Part<Mailbox>().Letters.Count;
    }

    internal Task<JsonObject> CallAsync(string service, string operation, JsonObject request) =>
        _cloud!.Services.GetRequiredKeyedService<AwsClient>(AwsEndpoint.Front).CallAsync(service, operation, request, CancellationToken.None);

    /// <summary>Answers the workflow in the place of FinishRun or WatchCluster, as soon as it waits; then the step ends.</summary>
    internal void Answer(IReadOnlyList<string> step, bool succeed, string error = "Pomona.StepFailed", string cause = "", bool ends = true)
    {
        var token = step[step.ToList().IndexOf("--task-token") + 1];
        _ = Task.Run(async () =>
        {
            await Task.Delay(200);
            if (succeed)
                await CallAsync("stepfunctions", "SendTaskSuccess", new JsonObject { ["taskToken"] = token, ["output"] = ContractFunctions.Summary().ToJsonString() });
            else
                await CallAsync("stepfunctions", "SendTaskFailure", new JsonObject { ["taskToken"] = token, ["error"] = error, ["cause"] = cause });
            if (ends)
                Emr.EndStep(step, succeed ? 0 : 1);
        });
    }

    internal async Task<string> StartAsync(Definition definition, JsonObject input, int heartbeatSeconds = 300)
    {
        var number = Interlocked.Increment(ref _executions);
        var text = definition.ForTest(Substitutions, heartbeatSeconds);
        if (!_machines.TryGetValue(text, out var machine))
        {
            var created = await CallAsync("stepfunctions", "CreateStateMachine", new JsonObject
            {
                ["name"] = $"machine-{number}",
                ["definition"] = text,
                ["roleArn"] = "arn:aws:iam::123456789012:role/pomona-PipelineRole",
            });
            _machines[text] = machine = (string)created["stateMachineArn"]!;
        }

        var execution = await CallAsync("stepfunctions", "StartExecution", new JsonObject
        {
            ["stateMachineArn"] = machine,
            ["name"] = $"fruits-{number}",
            ["input"] = input.ToJsonString(),
        });
        return (string)execution["executionArn"]!;
    }

    internal async Task<Outcome> EndOfAsync(string execution)
    {
        for (var waited = 0; waited < 3000; waited++)
        {
            var described = await CallAsync("stepfunctions", "DescribeExecution", new JsonObject { ["executionArn"] = execution });
            if ((string)described["status"]! != "RUNNING")
                return await ReadAsync(execution, described);

            await Task.Delay(100);
        }

        throw new TimeoutException("The execution did not end within five minutes; its last states: "
            + string.Join(", ", States(await EventsAsync(execution)).TakeLast(5)));
    }

    internal async Task<Outcome> RunAsync(Definition definition, JsonObject? input = null, int heartbeatSeconds = 300)
        => await EndOfAsync(await StartAsync(definition, input ?? new JsonObject { ["dataset"] = "fruits", ["now"] = true }, heartbeatSeconds));

    private async Task<Outcome> ReadAsync(string execution, JsonNode described)
    {
        var events = await EventsAsync(execution);
        var failed = events.LastOrDefault(entry => (string)entry!["type"]! == "ExecutionFailed")?["executionFailedEventDetails"];
        return new Outcome(
            (string)described["status"]!,
            (string?)failed?["error"],
            (string?)failed?["cause"],
            described["output"] is { } output ? JsonNode.Parse((string)output!) : null,
            States(events));
    }

    private static IReadOnlyList<string> States(JsonArray events)
        => [.. events.Select(entry => (string?)entry!["stateEnteredEventDetails"]?["name"]).OfType<string>()];

    private async Task<JsonArray> EventsAsync(string execution)
    {
        var events = new JsonArray();
        for (string? next = null; ;)
        {
            var asked = new JsonObject { ["executionArn"] = execution, ["maxResults"] = 1000 };
            if (next is not null)
                asked["nextToken"] = next;
            var page = await CallAsync("stepfunctions", "GetExecutionHistory", asked);
            foreach (var happened in page["events"]!.AsArray())
                events.Add(happened!.DeepClone());
            if ((next = (string?)page["nextToken"]) is null)
                return events;
        }
    }

    private async Task<LocalCloud> StartAsync()
    {
        using var port = new TcpListener(IPAddress.Loopback, 0);
        port.Start();
        var settings = new LocalSettings
        {
            Root = RepositoryRoot.Path,
            StateFolder = _folder,
            Front = new Uri($"http://localhost:{((IPEndPoint)port.LocalEndpoint).Port}/"),
            TimeScale = TimeScale,
        };
        port.Stop();
        var python = await PythonEnvironment.EnsureAsync(RepositoryRoot.File(".pomona"), _ => { }, CancellationToken.None);
        _cloud = await LocalCloud.StartAsync(settings, python, CancellationToken.None, Play);
        await CallAsync("emr", "CreateSecurityConfiguration", new JsonObject { ["Name"] = Substitutions["ClusterSecurity"], ["SecurityConfiguration"] = "{}" });
        var topic = (await CallAsync("sns", "CreateTopic", new JsonObject { ["Name"] = "pomona-mails" }))["TopicArn"]!;
        await CallAsync("sns", "Subscribe", new JsonObject { ["TopicArn"] = topic.DeepClone(), ["Protocol"] = "email", ["Endpoint"] = "you@example.com" });
        return _cloud;
    }

    /// <summary>The stack's own judgement, which asks the local cloud's EMR; half an hour is 60 looks here.</summary>
    private JsonObject Judge(JsonObject input)
    {
        using var emr = new AmazonElasticMapReduceClient(
            new BasicAWSCredentials(_cloud!.Settings.AccessKey("somebody"), "secret"),
            new AmazonElasticMapReduceConfig { ServiceURL = Front.AbsoluteUri, AuthenticationRegion = LocalSettings.Region });
        var judged = new JudgeStart(new StartJudge(new EmrClusters(emr), TimeSpan.FromMinutes(30), least: TimeSpan.Zero, TimeProvider.System))
            .HandleAsync(input.Deserialize<JudgeStartRequest>(Json)!, new PlayedCall()).GetAwaiter().GetResult();
        return JsonSerializer.SerializeToNode(judged, Json)!.AsObject();
    }

    private void Play(IServiceCollection services)
    {
        services.Remove(services.Single(part => part.ImplementationType == typeof(LambdaService)));
        services.AddSingleton<IAwsService>(Functions).AddSingleton<IAwsService>(_costs).AddSingleton<NodeFactory>(Emr.Node);
        // Before the faults, which let nobody see what they refuse.
        services.Insert(0, ServiceDescriptor.Singleton<ICallFilter>(Emr));
    }

    private T Part<T>()
        where T : notnull => _cloud!.Services.GetRequiredService<T>();

    private static string FunctionArn(string name) => $"arn:aws:lambda:eu-west-3:123456789012:function:{name}";
}

/// <summary>How an execution ended, and the states that it went through.</summary>
internal sealed record Outcome(string Status, string? Error, string? Cause, JsonNode? Output, IReadOnlyList<string> States)
{
    public override string ToString() => $"{Status} {Error}: {Cause}; it went through {string.Join(", ", States)}";
}
