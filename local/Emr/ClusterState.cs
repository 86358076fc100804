namespace Pomona.Local.Emr;

/// <summary>Where a cluster is in its life, by EMR's names.</summary>
internal static class ClusterState
{
    public const string Starting = "STARTING";
    public const string Bootstrapping = "BOOTSTRAPPING";
    public const string Running = "RUNNING";
    public const string Waiting = "WAITING";
    public const string Terminating = "TERMINATING";
    public const string Terminated = "TERMINATED";
    public const string TerminatedWithErrors = "TERMINATED_WITH_ERRORS";

    /// <summary>Whether nothing comes after it.</summary>
    public static bool IsFinal(string state) => state is Terminated or TerminatedWithErrors;
}

/// <summary>Where a step is in its life, by EMR's names.</summary>
internal static class StepState
{
    public const string Pending = "PENDING";
    public const string Running = "RUNNING";
    public const string Completed = "COMPLETED";
    public const string Cancelled = "CANCELLED";
    public const string Failed = "FAILED";
    public const string Interrupted = "INTERRUPTED";

    /// <summary>Whether nothing comes after it.</summary>
    public static bool IsFinal(string state) => state is Completed or Cancelled or Failed or Interrupted;
}
