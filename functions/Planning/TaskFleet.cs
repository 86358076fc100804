using System.Numerics;
using Pomona.Contracts;

namespace Pomona.Functions.Planning;

/// <summary>
/// The task nodes: a target that whole nodes can meet, and types none of which is larger than it or could take the cluster
/// beyond what the stack allows. EMR fills a fleet with whole nodes until the target is reached, the last of which may be of the
/// largest type (https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-instance-fleet.html).
/// </summary>
/// <param name="Vcpus">The target.</param>
/// <param name="Overshoot">What EMR may rent beyond it.</param>
/// <param name="Types">What is kept.</param>
/// <param name="TooLarge">The names of what was left out.</param>
internal sealed record TaskFleet(int Vcpus, int Overshoot, IReadOnlyList<InstanceType> Types, IReadOnlyList<string> TooLarge)
{
    /// <summary>Makes a fleet of about so many vCPU, or the nearest below that is allowed.</summary>
    /// <param name="wanted">vCPU of the task nodes.</param>
    /// <param name="types">What they may be made of; not empty.</param>
    /// <param name="most">The most vCPU that they may ever have; without room for one node the fleet is empty.</param>
    public static TaskFleet Of(int wanted, IReadOnlyList<InstanceType> types, int most)
    {
        var smallest = types.Min(type => type.Vcpus);
        var target = Math.Min(RoundedUp(wanted, smallest), most / smallest * smallest);
        // A fleet without its largest type: of the smallest alone it meets the target exactly.
        IReadOnlyList<InstanceType> kept = [.. types.Where(type => type.Vcpus <= target)];
        while (target > 0 && target + OvershootOf(target, kept.Select(type => type.Vcpus)) > most)
        {
            var largest = kept.Max(type => type.Vcpus);
            kept = [.. kept.Where(type => type.Vcpus < largest)];
        }

        return new TaskFleet(
            target,
            OvershootOf(target, kept.Select(type => type.Vcpus)),
            kept,
            [.. types.Except(kept).Select(type => type.Name).Order(StringComparer.Ordinal)]);
    }

    /// <summary>A target in whole nodes of the smallest type.</summary>
    public static int RoundedUp(int wanted, int smallest) => (wanted + smallest - 1) / smallest * smallest;

    /// <summary>How far beyond its target a fleet of nodes of these sizes may get.</summary>
    public static int OvershootOf(int target, IEnumerable<int> vcpus)
    {
        var (step, largest) = vcpus.Aggregate(
            (Step: 0, Largest: 0), static (of, size) => ((int)BigInteger.GreatestCommonDivisor(of.Step, size), Math.Max(of.Largest, size)));
        // Whatever nodes it has, they sum up to a multiple of the step; the last one is rented at the latest one step below the target.
        return target == 0 || step == 0 ? 0 : Math.Max(0, ((target - 1) / step * step) + largest - target);
    }
}
