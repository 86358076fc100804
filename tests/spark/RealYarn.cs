using System.Diagnostics;
using System.Globalization;

namespace Pomona.Tests;

/// <summary>
/// A YARN of several nodes, processes of this machine, over <see cref="RealSpark"/>; gone when the test ends. Its ports are
/// fixed: whoever starts one waits until the last has gone.
/// </summary>
internal sealed class RealYarn : IDisposable
{
    private readonly string _folder;
    private readonly FileStream _turn;

    /// <summary>Starts it.</summary>
    /// <param name="folder">Takes configuration and logs.</param>
    /// <param name="nodes">Each as <c>megabytes:vCPUs:label</c>, or without a label.</param>
    /// <param name="exclusive">Whether labels are lent to nobody.</param>
    public RealYarn(string folder, IEnumerable<string> nodes, bool exclusive = false)
    {
        _folder = folder;
        _turn = Turn();
        var properties = $"{folder}.properties";
        // The cluster's own minute would only be waited for.
        File.WriteAllText(properties, "yarn.nm.liveness-monitor.expiry-interval-ms=10000\n");
        try
        {
            Do("start", [.. nodes], ("YARN_EXCLUSIVE", exclusive ? "true" : "false"), ("YARN_PROPERTIES", properties));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public string Command => Path.Combine(_folder, "bin", "yarn");

    /// <summary>What Spark wants as <c>HADOOP_CONF_DIR</c>.</summary>
    public string Configuration => Path.Combine(_folder, "conf");

    /// <summary>The address of node <paramref name="number"/>, from 1 on.</summary>
    public static string AddressOf(int number) => $"127.0.1.{number}";

    /// <summary>How many containers each node runs, the application master's among them.</summary>
    public IReadOnlyList<int> Containers() =>
        [.. Do("nodes", []).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => int.Parse(line.Split(' ')[4], CultureInfo.InvariantCulture))];

    public void Kill(int number) => Do("kill", [$"{number}"]);

    /// <summary>Tells a node to go, as a Spot notice does.</summary>
    public void Decommission(int number, int seconds) => Do("decommission", [$"{number}", $"{seconds}"]);

    public void Dispose()
    {
        Do("stop", []);
        _turn.Dispose();
    }

    private static FileStream Turn()
    {
        for (var waited = Stopwatch.StartNew(); ; Thread.Sleep(500))
        {
            try
            {
                return new FileStream(Path.Combine(Path.GetTempPath(), "pomona-test-yarn.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (waited.Elapsed < TimeSpan.FromMinutes(10))
            {
                // Another's turn.
            }
        }
    }

    private string Do(string verb, string[] arguments, params (string Name, string Value)[] more)
    {
        var variables = RealSpark.Variables.Select(static variable => (Name: variable.Key, variable.Value)).Concat(more);
        var did = Tool.Run("env", [.. variables.Select(static variable => $"{variable.Name}={variable.Value}"), RealSpark.YarnScript, verb, _folder, .. arguments]);
        Assert.True(did.ExitCode == 0, did.Output);
        return did.Output;
    }
}
