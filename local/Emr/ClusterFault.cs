namespace Pomona.Local.Emr;

/// <summary>What can go wrong with a cluster, besides its API (see ApiFault).</summary>
internal enum ClusterFault
{
    /// <summary>EC2 has no instances for it.</summary>
    NoCapacity,

    /// <summary>A bootstrap action fails.</summary>
    BootstrapFails,

    /// <summary>A step ends with exit code 1 instead of running.</summary>
    StepFails,

    /// <summary>A step never ends and does nothing.</summary>
    StepHangs,

    /// <summary>The idle limit passes and nothing happens.</summary>
    IdleLimitIgnored,

    /// <summary>A request to end the cluster is accepted, and nothing happens.</summary>
    EndIgnored,
}
