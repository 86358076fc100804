using Amazon;
using Amazon.ElasticMapReduce;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.StepFunctions;
using Pomona.CommandLine;
using Pomona.Contracts;
using Pomona.Storage;

namespace Pomona.Cloud.Account;

/// <summary>
/// The account that a person has chosen: AWS's, as the standard variables, the profile and the options say, or the local cloud's.
/// Its clients share credentials, region and endpoint with the AWS command line.
/// </summary>
internal sealed class CloudAccount : IDisposable
{
    /// <summary>How often what is throttled is tried again, unless the environment says otherwise.</summary>
    private const int UsualRetries = 5;

    private readonly string? _endpoint;
    private readonly AWSCredentials _credentials;
    private readonly Lazy<AmazonS3Client> _storage;
    private readonly Lazy<AmazonStepFunctionsClient> _executions;
    private readonly Lazy<AmazonElasticMapReduceClient> _clusters;
    private DeployedStack? _stack;

    private CloudAccount(AccountChoice choice, string region, string? endpoint, AWSCredentials credentials, AwsProgram aws, string place)
    {
        (Choice, Region, Place, Aws, _endpoint, _credentials) = (choice, region, place, aws, endpoint, credentials);
        _storage = new(() => S3ClientFactory.Create(Retries, credentials, region, EndpointOf("S3")));
        _executions = new(() => new AmazonStepFunctionsClient(credentials, Configured(new AmazonStepFunctionsConfig(), "SFN")));
        _clusters = new(() => new AmazonElasticMapReduceClient(credentials, Configured(new AmazonElasticMapReduceConfig(), "EMR")));
    }

    public AccountChoice Choice { get; }

    public string Region { get; }

    /// <summary>Where it is, for sentences: <c>region eu-west-3, profile photos</c>.</summary>
    public string Place { get; }

    /// <summary>The AWS command line, for all that the clients below are not for.</summary>
    public AwsProgram Aws { get; }

    public IAmazonS3 Storage => _storage.Value;

    public IAmazonStepFunctions Executions => _executions.Value;

    public IAmazonElasticMapReduce Clusters => _clusters.Value;

    /// <summary>Finds the account.</summary>
    /// <param name="choice">What the person typed.</param>
    /// <param name="variable">The environment.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <exception cref="PomonaException">No region, no credentials, no local cloud.</exception>
    public static async Task<CloudAccount> OpenAsync(AccountChoice choice, Func<string, string?> variable, CancellationToken cancellation)
    {
        if (choice.IsLocal)
            return OpenLocal(choice, variable);

        var asked = choice.Region ?? Set(variable("AWS_REGION")) ?? Set(variable("AWS_DEFAULT_REGION"));
        var profile = choice.Profile is null ? string.Empty : $", profile {Printable.Excerpt(choice.Profile, 80)}";
        var endpoint = Set(variable("AWS_ENDPOINT_URL"));
        var aws = Program(asked);
        var region = asked ?? await ConfiguredRegionAsync(aws, cancellation);
        // Once more: the sentences name the region, and so does the program's environment.
        aws = Program(region);
        return new CloudAccount(choice, region, endpoint, Credentials(), aws, PlaceOf(region));

        AwsProgram Program(string? known) => new("aws", PlaceOf(known), new Dictionary<string, string?>(
            new (string Name, string? Value)[] { ("AWS_PROFILE", choice.Profile), ("AWS_REGION", known), ("AWS_DEFAULT_REGION", known) }
                .Where(pair => pair.Value is not null)
                .Concat(choice.Profile is null ? [] : ((string, string?)[])[("AWS_ACCESS_KEY_ID", null), ("AWS_SECRET_ACCESS_KEY", null), ("AWS_SESSION_TOKEN", null)])
                .Select(pair => KeyValuePair.Create(pair.Item1, pair.Item2)),
            StringComparer.Ordinal), endpoint);

        string PlaceOf(string? known) => $"{(known is null ? "no region" : $"region {known}")}{profile}";

        // Most credentials only the command line knows how to come by (sign-on, roles, processes); those in variables are at hand.
        AWSCredentials Credentials() =>
            choice.Profile is null && Set(variable("AWS_ACCESS_KEY_ID")) is { } key && Set(variable("AWS_SECRET_ACCESS_KEY")) is { } secret
                ? Set(variable("AWS_SESSION_TOKEN")) is { } token ? new SessionAWSCredentials(key, secret, token) : new BasicAWSCredentials(key, secret)
                : new ProgramCredentials(aws);
    }

    /// <summary>The stack's bucket, workflow and all else.</summary>
    /// <exception cref="PomonaException">There is no such stack, or it is none of Pomona's.</exception>
    public async Task<DeployedStack> StackAsync(CancellationToken cancellation) =>
        _stack ??= await DeployedStack.FindAsync(Aws, Choice.Stack, Place, cancellation);

    /// <summary>The stack's bucket as a store.</summary>
    public async Task<IStore> BucketAsync(CancellationToken cancellation) =>
        new S3Store(Storage, (await StackAsync(cancellation)).Bucket, prefix: string.Empty);

    public void Dispose()
    {
        if (_storage.IsValueCreated)
            Storage.Dispose();
        if (_executions.IsValueCreated)
            Executions.Dispose();
        if (_clusters.IsValueCreated)
            Clusters.Dispose();
    }

    private static CloudAccount OpenLocal(AccountChoice choice, Func<string, string?> variable)
    {
        var root = PomonaRoot.Of(variable);
        var note = LocalCloudNote.Read(LocalCloudNote.StateFolder(root))
            ?? throw new PomonaException(ExitCode.Account, "no local cloud is up: start one with './pomona local up'.");
        var endpoint = note.Endpoint.AbsoluteUri.TrimEnd('/');
        var place = $"the local cloud at {endpoint}";
        // What the local cloud has installed for itself stands in where the machine has no command line of its own.
        var own = Path.Combine(root, ".pomona", "python", "bin", "aws");
        var aws = new AwsProgram(AwsProgram.IsOnPath("aws", variable) || !File.Exists(own) ? "aws" : own, place, new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["AWS_ENDPOINT_URL"] = endpoint,
            ["AWS_ACCESS_KEY_ID"] = note.AccessKey,
            ["AWS_SECRET_ACCESS_KEY"] = "local",
            ["AWS_SESSION_TOKEN"] = null,
            ["AWS_PROFILE"] = null,
            ["AWS_REGION"] = LocalCloudNote.Region,
            ["AWS_DEFAULT_REGION"] = LocalCloudNote.Region,
        }, endpoint);
        return new CloudAccount(choice, LocalCloudNote.Region, endpoint, new BasicAWSCredentials(note.AccessKey, "local"), aws, place);
    }

    private static async Task<string> ConfiguredRegionAsync(AwsProgram aws, CancellationToken cancellation)
    {
        try
        {
            if (Set((await aws.RunAsync(["configure", "get", "region"], cancellation)).Trim()) is { } region)
                return region;
        }
        catch (PomonaException silent) when (silent.Message.Contains("it says nothing", StringComparison.Ordinal))
        {
            // That is how it says that there is none.
        }

        throw new PomonaException(ExitCode.Account, AccountFailure.NoRegion);
    }

    private static string? Set(string? value) => string.IsNullOrWhiteSpace(value) ? null : value;

    private string? EndpointOf(string service) =>
        Choice.IsLocal ? _endpoint : Set(Environment.GetEnvironmentVariable($"AWS_ENDPOINT_URL_{service}")) ?? _endpoint;

    private static int Retries => S3ClientFactory.RetriesOr(UsualRetries);

    private T Configured<T>(T config, string service)
        where T : ClientConfig
    {
        config.MaxErrorRetry = Retries;
        config.RetryMode = RequestRetryMode.Standard;
        if (EndpointOf(service) is { } endpoint)
        {
            config.ServiceURL = endpoint;
            config.AuthenticationRegion = Region;
        }
        else
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(Region);
        }

        return config;
    }
}
