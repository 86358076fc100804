using System.Globalization;
using System.Text.Json.Nodes;
using Pomona.Contracts;

namespace Pomona.Functions.Planning;

/// <summary>
/// What YARN may share out on a node: room for as many executors as the node has vCPUs for, and for the application master
/// beside them. YARN goes by memory alone, and left to itself EMR gives it all that a type has, which on an r5.2xlarge is
/// five executors: 20 tasks on 8 vCPUs (docs/spark.md).
/// </summary>
internal static class NodeMemory
{
    /// <summary>vCPUs of an executor: <c>spark.executor.cores</c> of the launch script.</summary>
    public const int ExecutorVcpus = 4;

    /// <summary>MB of an executor, in the heap and beside it: <c>spark.executor.memory</c> and <c>memoryOverhead</c> of the launch script.</summary>
    public const int ExecutorMegabytes = 10 * 1024;

    /// <summary>MB for the application master: Spark asks for 512 and 384 beside them.</summary>
    public const int MasterMegabytes = 1024;

    /// <summary>
    /// The MB of a node for YARN. The least that an m type of this size has is 16 GiB for 4 vCPUs, of which EMR itself gives
    /// YARN 11,712 MB or more.
    /// </summary>
    public static int MegabytesOf(InstanceType type) => (type.Vcpus / ExecutorVcpus * ExecutorMegabytes) + MasterMegabytes;

    /// <summary>The same as the <c>Configurations</c> of an instance type within a fleet.</summary>
    public static JsonArray ConfigurationsOf(InstanceType type) =>
    [
        new JsonObject
        {
            ["Classification"] = "yarn-site",
            ["Properties"] = new JsonObject
            {
                ["yarn.nodemanager.resource.memory-mb"] = MegabytesOf(type).ToString(CultureInfo.InvariantCulture),
            },
        },
    ];
}
