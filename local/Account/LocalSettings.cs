using System.Security.Cryptography;

namespace Pomona.Local.Account;

/// <summary>How this local account is set up.</summary>
internal sealed record LocalSettings
{
    /// <summary>The account that moto simulates.</summary>
    public const string Account = Contracts.LocalCloudNote.Account;

    public const string Region = Contracts.LocalCloudNote.Region;

    public required string Root { get; init; }

    /// <summary>Where logs, mails and clusters' folders are kept while the account is up.</summary>
    public required string StateFolder { get; init; }

    /// <summary>The address of the front: every AWS call goes there.</summary>
    public required Uri Front { get; init; }

    /// <summary>Opens the account to whoever has it, where nobody can see who calls; another one for each start.</summary>
    public string Key { get; init; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    /// <summary>Whether the system tells which user a connection belongs to; then the same user needs no key.</summary>
    public bool LooksUpUsers { get; init; } = OperatingSystem.IsLinux();

    /// <summary>How many times faster than on AWS everything passes that only takes time: starts, waits, idle time.</summary>
    public double TimeScale { get; init; } = 30;

    /// <summary>
    /// How many times sooner a missing heartbeat is noticed: 1, because the job's heartbeats are real, except in tests of
    /// exactly that.
    /// </summary>
    public double HeartbeatScale { get; init; } = 1;

    /// <summary>
    /// How many times faster a workflow's Wait states pass: as everything does, except in tests that must meet a workflow
    /// while it waits.
    /// </summary>
    public double? WaitScale { get; init; }

    /// <summary>How many instances of one function this machine runs at once; further events that have a place wait here.</summary>
    public int FunctionConcurrency { get; init; } = 2;

    /// <summary>How many invocations of all functions the account may have at once: a new account's ten.</summary>
    public int FunctionQuota { get; init; } = 10;

    /// <summary>How long an invocation may take, whatever its function asks for: Lambda's 15 minutes, shorter in tests of exactly that.</summary>
    public TimeSpan LongestInvocation { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Values for the template's parameters, instead of their defaults.</summary>
    public IReadOnlyDictionary<string, string> StackParameters { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The access key of one of the account's own callers: his name, and the key that opens the account.</summary>
    public string AccessKey(string caller) => $"{caller}-{Key}";

    /// <summary>The job's program, which clusters run.</summary>
    public string Job => Path.Combine(Root, "job", "bin", "Release", "net10.0", "Pomona.Job.dll");

    /// <summary>The program that draws sample images.</summary>
    public string Samples => Path.Combine(Root, "samples", "bin", "Release", "net10.0", "Pomona.Samples.dll");

    public string LogFolder => Path.Combine(StateFolder, "logs");

    public string MailFolder => Path.Combine(StateFolder, "mails");

    /// <summary>Where each cluster has its own folder.</summary>
    public string ClusterFolder => Path.Combine(StateFolder, "clusters");
}
