using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Pomona.Contracts;
using Pomona.Functions.Clusters;
using Pomona.Functions.Costs;
using Pomona.Functions.Datasets;
using Pomona.Functions.Hosting;
using Pomona.Functions.Mails;
using Pomona.Functions.Planning;
using Pomona.Functions.Runs;

namespace Pomona.Functions.Tests.Fakes;

/// <summary>Every function over one bucket, one Step Functions and one EMR in memory.</summary>
internal sealed class Stack
{
    /// <summary>Where the clocks of tests stand.</summary>
    public static readonly DateTimeOffset Start = new(2026, 11, 21, 13, 4, 55, TimeSpan.Zero);

    public const string Name = "pomona";
    public const string ClusterId = "j-1ABCDEFGHIJKL";
    public const string StepId = "s-1ABCDEFGHIJKL";
    public const string Token = "AQCEAAAAKgAAAAMAAAAAAAAAAT0ken";
    public static readonly DatasetName Fruits = DatasetName.Parse("fruits");
    public static readonly RunId Run = RunId.Parse("20261121T130455Z-3f9a2c1b");
    public static readonly string ExecutionName = DatasetLock.ExecutionNameOf(Fruits, Run);
    public static readonly string ExecutionArn = MemoryExecutions.Prefix + ExecutionName;
    public static readonly string MarkerKey = BucketLayout.Run(Fruits, Run) + RunLayout.Marker;
    public static readonly string WaitingTaskKey = BucketLayout.Run(Fruits, Run) + RunLayout.WaitingTask;
    public static readonly RunSummary Summary = new(
        "fruits", Run.Value, 997, 3, 10, 2, 1280, 50, 0.731, "mobilenetv2", 12.5, $"s3://pomona-test/runs/fruits/{Run}/report.html");

    private readonly Dictionary<string, string> _environment = new()
    {
        ["POMONA_BUCKET"] = "pomona-test",
        ["POMONA_STATE_MACHINE_ARN"] = "arn:aws:states:eu-west-3:123456789012:stateMachine:pomona-pipeline",
        ["POMONA_STACK"] = Name,
        ["POMONA_TOPIC_ARN"] = "arn:aws:sns:eu-west-3:123456789012:pomona-mail",
        ["POMONA_SUBNETS"] = "subnet-0123456789abcdef0,subnet-0123456789abcdef1",
    };

    public MemoryStore Bucket { get; } = new();

    /// <summary>What nodes install: apart from the bucket, where tests look at everything that there is.</summary>
    public MemoryStore Bundles { get; } = Bundle.In(new MemoryStore(), "as it is");

    public MemoryExecutions Executions { get; } = new();

    public MemoryClusters Clusters { get; } = new();

    public MemoryMailbox Mailbox { get; } = new();

    public MemoryOfferedTypes OfferedTypes { get; } = new();

    public MemoryMailSubscription MailSubscription { get; } = new();

    public FakeTimeProvider Clock { get; } = new(Start);

    public Settings Settings => new(_environment.GetValueOrDefault);

    public string? this[string variable]
    {
        set => _environment[variable] = value!;
    }

    public OwnClusters Own => new(Clusters, Executions, Name, Clock);

    public RunStarter Starter => new(new RunLocks(Bucket), Executions, Clock);

    public MisnamedFolders Misnamed => new(Bucket, Mailbox, Settings.Language, Clock);

    public StartRun StartRun => new(Starter, Misnamed, Bucket.Name);

    public OpenRun OpenRun => new(new RunOpener(
        new RunLocks(Bucket), new UnfinishedRuns(Bucket), Executions, Settings.Rules, Bucket.Name, Settings.Defaults));

    public MeasureDataset MeasureDataset => new(new DatasetMeter(Bucket, Clock));

    public PlanRun PlanRun => new(new RunPlanner(
        new Snapshot(Bucket, Settings.Sizing.ShardSize), new Artifacts(Bundles), new TakeOver(Bucket, new Artifacts(Bundles)),
        new ClusterPlanner(OfferedTypes, Sizing, Settings.Sizing, Settings.Cluster, new RentalTags(Settings.Stack, Settings.ExtraTags)),
        FunctionSizing, Settings.Sizing, Settings.Rules, Settings.Defaults, Clock));

    public ClusterSizing Sizing => new(Settings.Sizing, Settings.Prices);

    public FunctionSizing FunctionSizing => new(Settings.Sizing, Settings.Functions, Settings.Prices);

    public ComposeMail ComposeMail => new(new RunMailComposer(
        Settings.Language == MailLanguage.French ? new FrenchRunMails() : new EnglishRunMails(), Clock));

    public CloseRun CloseRun => new(new RunCloser(
        Bucket, new RunLocks(Bucket), Room, new DatasetMeter(Bucket, Clock), Starter, Clock));

    public FinishRun FinishRun => new(new RunFinisher(Bucket, Executions, Own), Bucket.Name);

    public WatchCluster WatchCluster => new(new ClusterWatch(Clusters, Executions, Own));

    public StackRoom Room => new(Bucket, Executions, Own, Settings.MaxStackVcpus, Settings.Vcpus);

    public TakeRoom TakeRoom => new(Room);

    public JudgeStart JudgeStart => new(new StartJudge(Clusters, TimeSpan.FromMinutes(Settings.MaxStartMinutes), StartJudge.Least, Clock));

    public KeepCluster KeepCluster => new(new ClusterKeeper(Clusters, Own, TimeSpan.FromHours(Settings.MaxClusterHours), Clock));

    public WatchMails WatchMails => new(MailSubscription, "you@example.org");

    public ReapClusters ReapClusters => new(
        new ClusterReaper(Own, TimeSpan.FromHours(Settings.MaxClusterHours), Clock),
        new ReaperMails(Settings.Language, Name),
        Mailbox);

    public ForgetRuns ForgetRuns => new(new RunForgetter(Bucket, new RunLocks(Bucket), Settings.KeepRunsDays, Clock));

    public CostPeriod CostPeriod => new(Clock);

    public ReportCosts ReportCosts => new(new CostReporter(Bucket, Settings.Language));

    public IEnumerable<object> Functions =>
    [
        StartRun, OpenRun, MeasureDataset, PlanRun, ComposeMail, CloseRun, FinishRun, TakeRoom, JudgeStart, KeepCluster, WatchCluster, ReapClusters, WatchMails, ForgetRuns, CostPeriod,
        ReportCosts,
    ];

    /// <summary>What functions have done to the world: empty when none has acted.</summary>
    public IEnumerable<string> Deeds =>
    [
        .. Bucket.Keys, .. Executions.Started.Select(s => s.Name), .. Executions.Succeeded.Select(s => s.Token),
        .. Executions.Failed.Select(f => f.Error), .. Clusters.Terminated, .. Mailbox.Mails.Select(m => m.Subject),
    ];

    /// <summary>Puts a cluster of ours there, with a job that waits for <see cref="Token"/>.</summary>
    public ClusterInfo AddCluster(
        string id = ClusterId, string state = "RUNNING", string stepState = "RUNNING", string? stack = Name, string? execution = null)
    {
        var tags = new Dictionary<string, string>
        {
            [ClusterTags.Run] = Run.Value,
            [ClusterTags.Dataset] = "fruits",
            [ClusterTags.Execution] = execution ?? ExecutionArn,
        };
        if (stack is not null)
            tags[ClusterTags.Stack] = stack;
        var cluster = new ClusterInfo(id, state, "why", Clock.GetUtcNow().AddMinutes(-20), false, tags);
        Clusters.Add(cluster, new StepInfo(StepId, stepState, "exit code 1", ["run.sh", JobArguments.TaskToken, Token]));
        return cluster;
    }

    public void AddMarker(string? token = Token, string? clusterId = ClusterId, RunSummary? summary = null)
    {
        if (token is not null)
            Bucket[WaitingTaskKey] = new WaitingTask(token).ToJson();
        Bucket[MarkerKey] = JsonSerializer.SerializeToUtf8Bytes(
            new RunMarker(RunMarker.CurrentVersion, summary ?? Summary, clusterId, ExecutionArn, Clock.GetUtcNow()),
            ContractJson.Readable.RunMarker);
    }

    public void AddImages(int count, string dataset = "fruits")
    {
        for (var i = 0; i < count; i++)
            Bucket[$"datasets/{dataset}/c{i % 3}/{i:D5}.jpg"] = [1, 2, 3];
    }
}
