namespace Pomona.Local.Emr.Yarn;

/// <summary>Where a YARN of several nodes can be had on this machine. Its ports are fixed, so that there is one at a time.</summary>
/// <param name="Script">The <c>yarn.sh</c>, whose words <c>bootstrap/check_spark.py</c> lists.</param>
/// <param name="Lock">The file that all of a YARN's processes hold.</param>
/// <param name="Port">One of its ports.</param>
internal sealed record YarnPlace(string Script, string Lock, int Port)
{
    // The resource manager's page.
    private const int ManagerPort = 8088;

    /// <summary>The one whose script is in a folder.</summary>
    public static YarnPlace In(string folder) =>
        new(Path.Combine(folder, "yarn.sh"), Path.Combine(Path.GetTempPath(), "pomona-local-yarn.lock"), ManagerPort);
}
