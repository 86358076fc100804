using Pomona.Contracts;

namespace Pomona.Functions.Planning;

/// <summary>What the stack lets an execution ask of its cluster: whoever may start executions may not change the stack.</summary>
/// <param name="Vcpus">How many vCPU.</param>
/// <param name="Budget">The most a run may cost; 0 for no limit. With one, every type needs a price.</param>
/// <param name="Notebooks">Whether there may be JupyterHub.</param>
/// <param name="Subnets">The subnets, of which an execution may name some.</param>
/// <param name="KeyName">The EC2 key pair, the only one that gets onto the nodes; null for none.</param>
/// <param name="MaxKeepMinutes">For how long a cluster may stay after its run.</param>
internal sealed record ClusterRules(
    VcpuLimit Vcpus, decimal Budget, bool Notebooks, IReadOnlyList<string> Subnets, string? KeyName, int MaxKeepMinutes)
{
    /// <summary>Makes sure that all that was asked for is allowed.</summary>
    /// <exception cref="InvalidExecutionInputException">The first thing that is not.</exception>
    public void Require(ClusterOverrides? overrides)
    {
        Vcpus.Require(overrides);
        if (overrides is null)
            return;
        if (overrides.Notebooks is true && !Notebooks)
        {
            throw new InvalidExecutionInputException(
                "\"cluster.notebooks\" is true, and the stack is deployed without notebooks, so that they could not be kept: "
                + "leave it out, or deploy the stack with Notebooks=true.");
        }

        if (Budget > 0 && overrides.InstanceTypes?.FirstOrDefault(type => FamilyPrices.FactorOf(type) is null) is { } unpriced)
        {
            throw new InvalidExecutionInputException(
                $"\"cluster.instanceTypes\" has {unpriced.Name}, and no price of the {unpriced.Family} family is known to hold against the budget: "
                + "ask for other types, or deploy the stack with BudgetPerRun=0.");
        }

        if (overrides.Subnets?.FirstOrDefault(subnet => !Subnets.Contains(subnet)) is { } foreign)
        {
            throw new InvalidExecutionInputException(
                $"\"cluster.subnets\" has {foreign}: use those of the stack's parameter Subnets ({string.Join(", ", Subnets)}), or deploy the stack with it.");
        }

        if (overrides.KeyName is { } key && key != KeyName)
        {
            throw new InvalidExecutionInputException(
                $"\"cluster.keyName\" is {Printable.Excerpt(key, 60)}: {(KeyName is null ? "the stack has no key pair" : $"use the stack's, {KeyName}")} "
                + "(its parameter KeyPairName); leave it out, or deploy the stack with it.");
        }

        if (overrides.KeepMinutes > MaxKeepMinutes)
        {
            throw new InvalidExecutionInputException(
                $"\"cluster.keepMinutes\" is {overrides.KeepMinutes}: the stack allows {MaxKeepMinutes}; ask for no more, or deploy the stack with a larger MaxKeepMinutes.");
        }
    }
}
