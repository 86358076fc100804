using Amazon.ElasticMapReduce;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.SimpleNotificationService;
using Amazon.StepFunctions;
using Pomona.Functions.Clusters;
using Pomona.Functions.Datasets;
using Pomona.Functions.Executions;
using Pomona.Functions.Mails;
using Pomona.Functions.Planning;
using Pomona.Functions.Runs;
using Pomona.Functions.Storage;

namespace Pomona.Functions.Hosting;

/// <summary>
/// Puts the functions together from the environment: real clients, with region, credentials and endpoint as the AWS SDK
/// finds them. Each function asks only for what it needs, so that its start pays for nothing else.
/// </summary>
internal sealed class Composition(Settings settings)
{
    /// <summary>Throttled calls are repeated, with back-off, for as long as a function may well wait.</summary>
    private const int Retries = 6;

    /// <summary>From the process's environment.</summary>
    public static Composition FromEnvironment { get; } = new(Settings.Environment);

    /// <summary>The clock.</summary>
    private static TimeProvider Time => TimeProvider.System;

    /// <summary>The bucket.</summary>
    public IBucket Bucket => new S3Bucket(
        new AmazonS3Client(new AmazonS3Config
        {
            MaxErrorRetry = Retries,
            RetryMode = RequestRetryMode.Standard,
            // A local endpoint has no sub-domain per bucket.
            ForcePathStyle = HasOwnEndpoint,
        }),
        settings.Bucket);

    /// <summary>The executions.</summary>
    public IExecutions Executions => new StepFunctionsExecutions(
        new AmazonStepFunctionsClient(new AmazonStepFunctionsConfig
        {
            MaxErrorRetry = Retries,
            RetryMode = RequestRetryMode.Standard,
        }),
        settings.StateMachineArn);

    /// <summary>The clusters.</summary>
    private static IClusters Clusters => new EmrClusters(new AmazonElasticMapReduceClient(new AmazonElasticMapReduceConfig
    {
        MaxErrorRetry = Retries,
        RetryMode = RequestRetryMode.Standard,
    }));

    /// <summary>The topic.</summary>
    public IMailbox Mailbox => new SnsMailbox(
        new AmazonSimpleNotificationServiceClient(new AmazonSimpleNotificationServiceConfig
        {
            MaxErrorRetry = Retries,
            RetryMode = RequestRetryMode.Standard,
        }),
        settings.TopicArn);

    /// <summary>What starts runs.</summary>
    public RunStarter Starter(IBucket bucket) => new(new RunLocks(bucket), Executions, Time);

    /// <summary>What opens runs.</summary>
    public RunOpener Opener()
    {
        var bucket = Bucket;
        return new RunOpener(
            new RunLocks(bucket), new UnfinishedRuns(bucket), Executions, settings.Vcpus, settings.Bucket, settings.Components);
    }

    /// <summary>What measures data sets.</summary>
    public static DatasetMeter Meter(IBucket bucket) => new(bucket, Time);

    /// <summary>What plans runs.</summary>
    public RunPlanner Planner()
    {
        var sizing = settings.Sizing;
        return new RunPlanner(
            new Snapshot(Bucket, sizing.ShardSize), new ClusterSizing(sizing, settings.Prices), sizing, settings.Cluster);
    }

    /// <summary>What closes runs.</summary>
    public RunCloser Closer()
    {
        var bucket = Bucket;
        return new RunCloser(bucket, new RunLocks(bucket), Meter(bucket), Starter(bucket), Time);
    }

    /// <summary>What finishes runs.</summary>
    public RunFinisher Finisher()
    {
        var executions = Executions;
        return new RunFinisher(Bucket, executions, new OwnClusters(Clusters, executions, settings.Stack));
    }

    /// <summary>What watches clusters.</summary>
    public ClusterWatch Watch()
    {
        var (clusters, executions) = (Clusters, Executions);
        return new ClusterWatch(clusters, executions, new OwnClusters(clusters, executions, settings.Stack));
    }

    /// <summary>What ends stray clusters.</summary>
    public ClusterReaper Reaper() => new(
        new OwnClusters(Clusters, Executions, settings.Stack), TimeSpan.FromHours(settings.MaxClusterHours), Time);

    /// <summary>What writes runs' mails.</summary>
    public RunMailComposer RunMails() => new(
        settings.Language == MailLanguage.French ? new FrenchRunMails() : new EnglishRunMails(),
        new ClusterSizing(settings.Sizing, settings.Prices),
        Time);

    private static bool HasOwnEndpoint
        => Environment.GetEnvironmentVariable("AWS_ENDPOINT_URL") is { Length: > 0 }
            || Environment.GetEnvironmentVariable("AWS_ENDPOINT_URL_S3") is { Length: > 0 };
}
