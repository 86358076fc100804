using Pomona.Local.Account;

namespace Pomona.Local.Emr;

/// <summary>The commands that a node has on its PATH, and the environment that its programs see.</summary>
/// <param name="settings">The account.</param>
/// <param name="python">Where <c>aws</c> is.</param>
internal sealed class NodeTools(LocalSettings settings, Moto.PythonEnvironment python)
{
    /// <summary>The access key with which clusters call AWS.</summary>
    public const string AccessKey = "cluster";

    /// <summary>The Spark that steps are handed to; null for the job's local engine.</summary>
    public NodeSpark? Spark { get; init; } = NodeSpark.Find(settings.Root, System.Environment.GetEnvironmentVariable);

    /// <summary>How many of the job's threads this machine has a processor for.</summary>
    public int Processors { get; init; } = System.Environment.ProcessorCount;

    /// <summary>The environment of a node's programs.</summary>
    /// <param name="cluster">The cluster's ID.</param>
    /// <param name="folder">The node's disk.</param>
    public IReadOnlyDictionary<string, string> Environment(string cluster, string folder)
    {
        var path = System.Environment.GetEnvironmentVariable("PATH") ?? "/usr/local/bin:/usr/bin:/bin";
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["PATH"] = string.Join(':', Path.Combine(AppContext.BaseDirectory, "Emr", "bin"), python.ScriptFolder, path),
            ["HOME"] = Path.Combine(folder, "home"),
            ["TMPDIR"] = Path.GetTempPath(),
            ["LANG"] = "C.UTF-8",
            ["EMR_CLUSTER_ID"] = cluster,
            ["POMONA_HOME"] = Path.Combine(folder, "opt", "pomona"),
            ["POMONA_ROOT"] = settings.Root,
            ["POMONA_JOB"] = settings.Job,
            ["AWS_ENDPOINT_URL"] = settings.Front.AbsoluteUri.TrimEnd('/'),
            ["AWS_REGION"] = LocalSettings.Region,
            ["AWS_DEFAULT_REGION"] = LocalSettings.Region,
            ["AWS_ACCESS_KEY_ID"] = settings.AccessKey(AccessKey),
            ["AWS_SECRET_ACCESS_KEY"] = "local",
            ["AWS_EC2_METADATA_DISABLED"] = "true",
            ["AWS_PAGER"] = "",
            ["DOTNET_NOLOGO"] = "1",
        };
        // What a person set for the job on this machine holds for it here too.
        foreach (var name in (string[])["DOTNET_ROOT", "JAVA_HOME", "POMONA_MODEL", "POMONA_CACHE", "XDG_CACHE_HOME", "LD_LIBRARY_PATH"])
        {
            if (System.Environment.GetEnvironmentVariable(name) is { Length: > 0 } value)
                environment[name] = value;
        }

        // A node has a home of its own; the person's models are in theirs, and the set-up fetches none where they are.
        if (!environment.ContainsKey("POMONA_CACHE") && !environment.ContainsKey("XDG_CACHE_HOME")
            && System.Environment.GetEnvironmentVariable("HOME") is { Length: > 0 } home)
            environment["POMONA_CACHE"] = Path.Combine(home, ".cache", "pomona");
        return environment;
    }
}
