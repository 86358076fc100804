namespace Pomona.Local.Emr;

/// <summary>Why a cluster ends.</summary>
/// <param name="Code">EMR's StateChangeReason code.</param>
/// <param name="Message">EMR's words for it.</param>
/// <param name="WithErrors">Whether the end is TERMINATED_WITH_ERRORS.</param>
/// <param name="Sudden">Whether the machines are gone at once, without an orderly end.</param>
/// <param name="Detail">EMR's ErrorDetail: its code, and the instance type that it is about.</param>
internal sealed record ClusterEnd(
    string Code, string Message, bool WithErrors = false, bool Sudden = false, (string Code, string InstanceType)? Detail = null)
{
    public static ClusterEnd ByUser { get; } = new("USER_REQUEST", "Terminated by user request");

    public static ClusterEnd StepsCompleted { get; } = new("ALL_STEPS_COMPLETED", "Steps completed");

    public static ClusterEnd Idle { get; } = new("ALL_STEPS_COMPLETED", "Auto-terminated: the cluster was idle for longer than its policy allows");

    public static ClusterEnd StepFailed { get; } = new("STEP_FAILURE", "Shut down as step failed", WithErrors: true);

    public static ClusterEnd NoCapacity { get; } = new(
        "INSTANCE_FLEET_TIMEOUT", "The requested instance fleet could not be launched: insufficient EC2 capacity", WithErrors: true);

    /// <summary>EMR gave it up for want of a type in the zone that it had chosen.</summary>
    public static ClusterEnd NoneOf(string instanceType) => new(
        "INTERNAL_ERROR", "The requested instance type has insufficient capacity in the Availability Zone", WithErrors: true,
        Detail: ("INTERNAL_ERROR_EC2_INSUFFICIENT_CAPACITY_AZ", instanceType));

    /// <summary>Something failed that is EMR's to keep from failing.</summary>
    public static ClusterEnd Broken { get; } = new(
        "INTERNAL_ERROR", "An internal error occurred: the local cloud's own log tells it", WithErrors: true, Sudden: true);

    /// <summary>A bootstrap action's failure on a node.</summary>
    public static ClusterEnd BootstrapFailed(string instance, int action) => new(
        "BOOTSTRAP_FAILURE",
        $"On the master instance ({instance}), bootstrap action {action} returned a non-zero return code",
        WithErrors: true);

    /// <summary>An application that did not start on the nodes.</summary>
    public static ClusterEnd ApplicationsFailed(string instance, string words) => new(
        "BOOTSTRAP_FAILURE", $"On the master instance ({instance}), application provisioning failed: {words}", WithErrors: true);

    public static ClusterEnd NodeLost(string instance) => new(
        "INSTANCE_FAILURE", $"The master instance ({instance}) was terminated by EC2", WithErrors: true, Sudden: true);
}
