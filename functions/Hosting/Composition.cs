using Amazon.ElasticMapReduce;
using Amazon.Runtime;
using Amazon.SimpleNotificationService;
using Amazon.StepFunctions;
using Pomona.Functions.Clusters;
using Pomona.Functions.Datasets;
using Pomona.Functions.Executions;
using Pomona.Functions.Mails;
using Pomona.Functions.Planning;
using Pomona.Functions.Runs;
using Pomona.Storage;

namespace Pomona.Functions.Hosting;

/// <summary>
/// Puts the functions together from the environment: real clients, with region, credentials and endpoint as the AWS SDK
/// finds them. Each function asks only for what it needs, so that its start pays for nothing else.
/// </summary>
internal sealed class Composition(Settings settings)
{
    /// <summary>Throttled calls are repeated, with back-off, for as long as a function may well wait.</summary>
    private const int Retries = 6;

    public static Composition FromEnvironment { get; } = new(Settings.Environment);

    private static TimeProvider Time => TimeProvider.System;

    public IStore Bucket => StoreAddress.Open($"s3://{settings.Bucket}/", Retries);

    public IExecutions Executions => new StepFunctionsExecutions(
        new AmazonStepFunctionsClient(new AmazonStepFunctionsConfig
        {
            MaxErrorRetry = Retries,
            RetryMode = RequestRetryMode.Standard,
        }),
        settings.StateMachineArn);

    private static AmazonElasticMapReduceClient Emr => new(new AmazonElasticMapReduceConfig
    {
        MaxErrorRetry = Retries,
        RetryMode = RequestRetryMode.Standard,
    });

    private static IClusters Clusters => new EmrClusters(Emr);

    private static AmazonSimpleNotificationServiceClient Sns => new(new AmazonSimpleNotificationServiceConfig
    {
        MaxErrorRetry = Retries,
        RetryMode = RequestRetryMode.Standard,
    });

    public IMailbox Mailbox => new SnsMailbox(Sns, settings.TopicArn);

    public IMailSubscription MailSubscription => new SnsMailSubscription(Sns, settings.TopicArn);

    public RunStarter Starter(IStore bucket) => new(new RunLocks(bucket), Executions, Time);

    public MisnamedFolders Misnamed() => new(Bucket, Mailbox, settings.Language, Time);

    public RunOpener Opener()
    {
        var bucket = Bucket;
        return new RunOpener(
            new RunLocks(bucket), new UnfinishedRuns(bucket), Executions, settings.Rules, settings.Bucket, settings.Defaults);
    }

    public static DatasetMeter Meter(IStore bucket) => new(bucket, Time);

    public RunPlanner Planner()
    {
        var sizing = settings.Sizing;
        var bucket = Bucket;
        var artifacts = new Artifacts(bucket);
        return new RunPlanner(
            new Snapshot(bucket, sizing.ShardSize),
            artifacts,
            new TakeOver(bucket, artifacts),
            new ClusterPlanner(
                new EmrOfferedTypes(Emr),
                new ClusterSizing(sizing, settings.Prices),
                sizing,
                settings.Cluster,
                new RentalTags(settings.Stack, settings.ExtraTags)),
            new FunctionSizing(sizing, settings.Functions, settings.Prices),
            sizing,
            settings.Rules,
            settings.Defaults,
            Time);
    }

    public RunCloser Closer()
    {
        var bucket = Bucket;
        return new RunCloser(bucket, new RunLocks(bucket), Room(), Meter(bucket), Starter(bucket), Time);
    }

    public RunForgetter Forgetter()
    {
        var bucket = Bucket;
        return new RunForgetter(bucket, new RunLocks(bucket), settings.KeepRunsDays, Time);
    }

    private OwnClusters Own(IClusters clusters, IExecutions executions) => new(clusters, executions, settings.Stack, Time);

    public RunFinisher Finisher()
    {
        var executions = Executions;
        return new RunFinisher(Bucket, executions, Own(Clusters, executions));
    }

    public ClusterWatch Watch()
    {
        var (clusters, executions) = (Clusters, Executions);
        return new ClusterWatch(clusters, executions, Own(clusters, executions));
    }

    public StackRoom Room()
    {
        var executions = Executions;
        return new StackRoom(
            Bucket, executions, Own(Clusters, executions), settings.MaxStackVcpus, settings.Vcpus);
    }

    public StartJudge Judge() => new(Clusters, TimeSpan.FromMinutes(settings.MaxStartMinutes), StartJudge.Least, Time);

    public ClusterKeeper Keeper()
    {
        var clusters = Clusters;
        return new ClusterKeeper(
            clusters, Own(clusters, Executions), TimeSpan.FromHours(settings.MaxClusterHours), Time);
    }

    public ClusterReaper Reaper() => new(
        Own(Clusters, Executions), TimeSpan.FromHours(settings.MaxClusterHours), Time);

    public RunMailComposer RunMails() => new(
        settings.Language == MailLanguage.French ? new FrenchRunMails() : new EnglishRunMails(),
        Time);
}
