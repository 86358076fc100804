using System.Collections.Frozen;
using Pomona.Contracts;

namespace Pomona.Functions.Planning;

/// <summary>
/// What a vCPU costs by the family of its instance type, in proportion to m5, of which the stack's price parameters speak. A
/// family's price per vCPU is the same for all its sizes; in other regions the proportions may differ.
/// </summary>
/// <remarks>
/// On-Demand, Linux, us-east-1, from AWS's price list of 2026-02-09 as AWS publishes it in aws/karpenter-provider-aws,
/// pkg/providers/pricing/zz_generated.pricing_aws.go (commit 265ee0ba5b8e). A family that is not here has no price: none is guessed.
/// </remarks>
internal static class FamilyPrices
{
    /// <summary>The day of the list.</summary>
    public const string Date = "2026-02-09";

    /// <summary>The family of the stack's price parameters.</summary>
    private const string Unit = "m5";

    /// <summary>US dollars of a family's xlarge, 4 vCPU, for an hour.</summary>
    private static readonly FrozenDictionary<string, decimal> XlargeHour = new Dictionary<string, decimal>
    {
        ["m5"] = 0.192m,
        ["m5a"] = 0.172m,
        ["m5ad"] = 0.206m,
        ["m5d"] = 0.226m,
        ["m5dn"] = 0.272m,
        ["m5n"] = 0.238m,
        ["m5zn"] = 0.3303m,
        ["m6a"] = 0.1728m,
        ["m6i"] = 0.192m,
        ["m6id"] = 0.2373m,
        ["m6idn"] = 0.31824m,
        ["m6in"] = 0.27846m,
        ["m7a"] = 0.23184m,
        ["m7i"] = 0.2016m,
        ["m7i-flex"] = 0.19152m,
        ["m8a"] = 0.24344m,
        ["m8i"] = 0.21168m,
        ["m8i-flex"] = 0.2011m,
        ["m8id"] = 0.26104m,
        ["r5"] = 0.252m,
        ["r5a"] = 0.226m,
        ["r5ad"] = 0.262m,
        ["r5b"] = 0.298m,
        ["r5d"] = 0.288m,
        ["r5dn"] = 0.334m,
        ["r5n"] = 0.298m,
        ["r6a"] = 0.2268m,
        ["r6i"] = 0.252m,
        ["r6id"] = 0.3024m,
        ["r6idn"] = 0.39078m,
        ["r6in"] = 0.34866m,
        ["r7a"] = 0.3043m,
        ["r7i"] = 0.2646m,
        ["r7iz"] = 0.372m,
        ["r8a"] = 0.31952m,
        ["r8i"] = 0.27784m,
        ["r8i-flex"] = 0.26394m,
        ["r8id"] = 0.33264m,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>How many times as much as one of m5 a vCPU of the type costs; null when no price of its family is known.</summary>
    public static decimal? FactorOf(InstanceType type)
        => XlargeHour.TryGetValue(type.Family, out var price) ? price / XlargeHour[Unit] : null;

    /// <summary>The mean and the highest of several types; those without a price are reckoned as m5 and named.</summary>
    public static (decimal Mean, decimal Highest) FactorsOf(IReadOnlyList<InstanceType> types, ISet<string> unpriced)
    {
        var factors = new List<decimal>(types.Count);
        foreach (var type in types)
        {
            if (FactorOf(type) is not { } factor)
            {
                unpriced.Add(type.Family);
                factor = 1;
            }

            factors.Add(factor);
        }

        return factors.Count == 0 ? (1, 1) : (factors.Average(), factors.Max());
    }
}
