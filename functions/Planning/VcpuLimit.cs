using Pomona.Functions.Runs;

namespace Pomona.Functions.Planning;

/// <summary>How many vCPU the stack allows a cluster.</summary>
/// <param name="Max">The most of core and task nodes together; core nodes are rented even when it is less.</param>
/// <param name="Core">Those of core nodes, unless the input asks for others.</param>
internal sealed record VcpuLimit(int Max, int Core)
{
    /// <summary>The most vCPU of task nodes beside so many of core nodes: whole nodes, so that the limit is never exceeded.</summary>
    public int TaskBeside(int core) => Math.Max(0, Max - core) / ClusterSize.NodeVcpus * ClusterSize.NodeVcpus;

    /// <summary>Makes sure that the task nodes that were asked for are allowed.</summary>
    /// <exception cref="InvalidExecutionInputException">They are too many.</exception>
    public void Require(ClusterOverrides overrides)
    {
        var core = overrides.CoreVcpus ?? Core;
        if (overrides.TaskVcpus is { } asked && asked > TaskBeside(core))
        {
            throw new InvalidExecutionInputException(
                $"\"cluster.taskVcpus\" is {asked}: beside {core} vCPU of core nodes the stack allows {TaskBeside(core)} (MaxVcpus {Max}); "
                + "ask for no more, or deploy the stack with a larger MaxVcpus.");
        }
    }
}
