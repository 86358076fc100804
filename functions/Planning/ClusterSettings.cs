namespace Pomona.Functions.Planning;

/// <summary>The stack's parameters about the form of a cluster.</summary>
/// <param name="ReleaseLabel">EMR's release.</param>
/// <param name="Subnets">The subnets to choose from.</param>
/// <param name="KeyName">The EC2 key pair, or null.</param>
/// <param name="Notebooks">Whether JupyterHub and Livy are installed.</param>
/// <param name="IdleMinutes">After how many idle minutes EMR itself ends the cluster.</param>
internal sealed record ClusterSettings(
    string ReleaseLabel, IReadOnlyList<string> Subnets, string? KeyName, bool Notebooks, int IdleMinutes);
