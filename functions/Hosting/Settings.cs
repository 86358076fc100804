using System.Globalization;
using Pomona.Contracts;
using Pomona.Functions.Mails;
using Pomona.Functions.Planning;
using Pomona.Functions.Runs;

namespace Pomona.Functions.Hosting;

/// <summary>
/// The functions' settings, from environment variables that the template sets; docs/workflow-contract.md lists them. A
/// missing or impossible value is one sentence that names the variable, before anything is done.
/// </summary>
/// <param name="read">Gives a variable's value, or null.</param>
internal sealed class Settings(Func<string, string?> read)
{
    public static Settings Environment { get; } = new(System.Environment.GetEnvironmentVariable);

    public string Bucket => Required("POMONA_BUCKET");

    public string StateMachineArn => Required("POMONA_STATE_MACHINE_ARN");

    public string Stack => Required("POMONA_STACK");

    public string TopicArn => Required("POMONA_TOPIC_ARN");

    public string MailAddress => Required("POMONA_MAIL_ADDRESS");

    public MailLanguage Language => Optional("POMONA_LANGUAGE") switch
    {
        null or "en" => MailLanguage.English,
        "fr" => MailLanguage.French,
        var other => throw Wrong("POMONA_LANGUAGE", other, "en or fr"),
    };

    /// <summary>What an execution does whose input does not say otherwise.</summary>
    public RunDefaults Defaults => new(
        Components,
        Either("POMONA_EXIF_ROTATION", JobArguments.On, JobArguments.Off),
        Decode,
        Engine);

    /// <summary>How many components are kept, likewise.</summary>
    public ComponentCount Components => Optional("POMONA_COMPONENTS") is not { } text ? 50
        : ComponentCount.TryParse(text, ExecutionInput.MostComponents, out var count) ? count
        : throw Wrong("POMONA_COMPONENTS", text, $"a whole number from 1 to {ExecutionInput.MostComponents}, or {ComponentCount.Shares}");

    /// <summary>How much of an image is decoded, likewise.</summary>
    public string Decode => Either("POMONA_DECODE", JobArguments.Exact, JobArguments.Scaled);

    /// <summary>Who runs the numbers, likewise.</summary>
    public string Engine => Optional("POMONA_ENGINE") switch
    {
        null => RunEngine.Cluster,
        var engine and (RunEngine.Cluster or RunEngine.Functions or RunEngine.Auto) => engine,
        var other => throw Wrong("POMONA_ENGINE", other, $"{RunEngine.Cluster}, {RunEngine.Functions} or {RunEngine.Auto}"),
    };

    /// <summary>The functions that may run a run's numbers.</summary>
    public FunctionSettings Functions => new(
        Whole("POMONA_FUNCTION_MEMORY", RunEngine.MegabytesPerVcpu, RunEngine.LeastMegabytes, RunEngine.MostMegabytes),
        Whole("POMONA_FUNCTIONS_AT_ONCE", FunctionSettings.MostAtOnce, 1, FunctionSettings.MostAtOnce));

    /// <summary>After which a cluster is ended, whatever it does.</summary>
    public int MaxClusterHours => Whole("POMONA_MAX_CLUSTER_HOURS", 12, 1, 168);

    /// <summary>For how long a run may try to get a cluster.</summary>
    public int MaxStartMinutes => Whole("POMONA_MAX_START_MINUTES", 60, 20, 720);

    /// <summary>How many vCPU all clusters of the stack may have together; null for what the largest single run may take.</summary>
    public int? MaxStackVcpus => Whole("POMONA_MAX_STACK_VCPUS", 0, 0, 100_000) is > 0 and var most ? most : null;

    /// <summary>How many vCPU a cluster may have; an account that may rent none of Spot has a limit of 0.</summary>
    public VcpuLimit Vcpus => new(Whole("POMONA_MAX_VCPUS", 64, 0, 100_000), Whole("POMONA_CORE_VCPUS", 4, 4, 64));

    /// <summary>Whether the stack is made for JupyterHub: what its nodes may do depends on it.</summary>
    public bool Notebooks => Optional("POMONA_NOTEBOOKS") switch
    {
        null or "false" => false,
        "true" => true,
        var other => throw Wrong("POMONA_NOTEBOOKS", other, "true or false"),
    };

    private decimal Budget => Amount("POMONA_BUDGET_PER_RUN", 10, 0);

    private IReadOnlyList<string> Subnets
        => Required("POMONA_SUBNETS").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>What an execution may ask of its cluster.</summary>
    public ClusterRules Rules => new(
        Vcpus, Budget, Notebooks, Subnets, Optional("POMONA_KEY_NAME"), Whole("POMONA_MAX_KEEP_MINUTES", 240, 0, ClusterOverrides.MostKeepMinutes));

    public SizingSettings Sizing => new(
        (double)Amount("POMONA_IMAGES_PER_VCPU_SECOND", 25, 0.001m),
        Whole("POMONA_TARGET_MINUTES", 30, 1, 10_000),
        Whole("POMONA_START_MINUTES", 11, 0, 240),
        Vcpus,
        Whole("POMONA_SHARD_SIZE", RunPlan.DefaultShardSize, 1, RunPlan.MostShardSize),
        MaxClusterHours,
        Budget);

    public ClusterSettings Cluster => new(
        Optional("POMONA_RELEASE_LABEL") ?? "emr-7.7.0",
        Subnets,
        Optional("POMONA_KEY_NAME"),
        Notebooks,
        Whole("POMONA_IDLE_MINUTES", 30, ClusterOverrides.LeastIdleMinutes, 1440));

    /// <summary>For how many days runs are kept; 0 for ever.</summary>
    public int KeepRunsDays => Whole("POMONA_KEEP_RUNS_DAYS", 0, 0, 3650);

    /// <summary>Tags that a company wants on clusters.</summary>
    public IReadOnlyList<ExtraTag> ExtraTags => Optional("POMONA_EXTRA_TAGS") is not { } text
        ? []
        : ExtraTag.TryParse(text) ?? throw Wrong("POMONA_EXTRA_TAGS", text, ExtraTag.Rule);

    /// <summary>The prices; the defaults are the template's, explained in docs/sizing-and-cost.md.</summary>
    public Prices Prices => new(
        Amount("POMONA_PRICE_ONDEMAND_VCPU_HOUR", 0.048m, 0),
        Amount("POMONA_PRICE_SPOT_VCPU_HOUR", 0.019m, 0),
        Amount("POMONA_PRICE_EMR_VCPU_HOUR", 0.012m, 0),
        Amount("POMONA_PRICE_DISK_NODE_HOUR", 0.009m, 0),
        Amount("POMONA_PRICE_PUBLIC_IPV4_HOUR", 0.005m, 0),
        Amount("POMONA_PRICE_S3_PUT_1000", 0.005m, 0),
        Amount("POMONA_PRICE_S3_GET_1000", 0.0004m, 0),
        Amount("POMONA_PRICE_LAMBDA_GB_SECOND", 0.0000166667m, 0),
        Amount("POMONA_PRICE_LAMBDA_MILLION_REQUESTS", 0.20m, 0),
        Amount("POMONA_PRICE_STATE_TRANSITIONS_1000", 0.025m, 0),
        Optional("POMONA_PRICE_CURRENCY") ?? "USD",
        Optional("POMONA_PRICE_DATE") ?? "2026-11-01");

    private string? Optional(string name) => read(name) is { Length: > 0 } value ? value : null;

    private string Required(string name) => Optional(name)
        ?? throw new InvalidOperationException($"The environment variable {name} is missing: set it as serverless.template does.");

    /// <summary>One of two words; the first where none is given.</summary>
    private string Either(string name, string usual, string other) => Optional(name) switch
    {
        null => usual,
        var word when word == usual || word == other => word,
        var word => throw Wrong(name, word, $"{usual} or {other}"),
    };

    private int Whole(string name, int otherwise, int least, int most) => Optional(name) switch
    {
        null => otherwise,
        var text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= least && number <= most => number,
        var text => throw Wrong(name, text, $"a whole number from {least} to {most}"),
    };

    private decimal Amount(string name, decimal otherwise, decimal least) => Optional(name) switch
    {
        null => otherwise,
        var text when decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && number >= least => number,
        var text => throw Wrong(name, text, $"a number from {least.ToString(CultureInfo.InvariantCulture)} on, with a point"),
    };

    private static InvalidOperationException Wrong(string name, string value, string allowed)
        => new($"The environment variable {name} is '{Printable.Excerpt(value, 60)}': use {allowed}.");
}
