using System.Globalization;
using Pomona.Contracts;

namespace Pomona.Functions.Planning;

/// <summary>Which engine runs a run's numbers, and why.</summary>
/// <param name="Asked">What was asked for: one of <see cref="RunEngine"/>.</param>
/// <param name="Why">A sentence for people: which it is, and what the other would have taken and cost, or why it could not be.</param>
/// <param name="Other">The other engine's estimate; null where it could not be.</param>
public sealed record EngineChoice(string Asked, string Why, RunEstimate? Other)
{
    /// <summary>
    /// Chooses. Under <see cref="RunEngine.Auto"/> it is functions where they are neither dearer nor later than a cluster; of two of which one
    /// is possible, or within the budget, it is that one.
    /// </summary>
    /// <param name="asked">What was asked for.</param>
    /// <param name="cluster">The run on a cluster.</param>
    /// <param name="functions">The run by functions.</param>
    /// <returns>The engine, and the choice.</returns>
    internal static (string Engine, EngineChoice Choice) Between(string asked, EngineOffer cluster, EngineOffer functions)
    {
        var takesFunctions = asked == RunEngine.Auto ? AreFunctionsBetter(cluster, functions) : asked == RunEngine.Functions;
        var (chosen, other) = takesFunctions ? (functions, cluster) : (cluster, functions);
        var (name, others) = takesFunctions ? ("Functions", "a cluster") : ("A cluster", "functions");
        var why = string.Create(
            CultureInfo.InvariantCulture,
            $"{name}{(asked == RunEngine.Auto ? string.Empty : ", as asked for")}: {Taking(chosen.Estimate)}; {Beside(others, other)}.");
        return (takesFunctions ? RunEngine.Functions : RunEngine.Cluster, new EngineChoice(asked, why, other.Obstacle is null ? other.Estimate : null));
    }

    private static bool AreFunctionsBetter(EngineOffer cluster, EngineOffer functions)
    {
        if (functions.Obstacle is not null || cluster.Obstacle is not null)
            return functions.Obstacle is null;
        if (functions.Refusal is null != cluster.Refusal is null)
            return functions.Refusal is null;
        return functions.Estimate!.Cost <= cluster.Estimate!.Cost && functions.Estimate.EndsAfter <= cluster.Estimate.EndsAfter;
    }

    private static string Beside(string name, EngineOffer offer)
        => offer.Obstacle is { } obstacle
            ? $"{name} could not be: {obstacle}"
            : $"{name} would have taken {Taking(offer.Estimate)}{(offer.Refusal is null ? string.Empty : ", beyond what a run may")}";

    private static string Taking(RunEstimate? estimate) => estimate is null
        ? "not reckoned"
        : string.Create(CultureInfo.InvariantCulture, $"about {Lasting(estimate.EndsAfter)} and {estimate.Cost:0.00##} {estimate.Currency}");

    private static string Lasting(long seconds) => seconds switch
    {
        < 120 => string.Create(CultureInfo.InvariantCulture, $"{seconds} s"),
        < 7200 => string.Create(CultureInfo.InvariantCulture, $"{(seconds + 59) / 60} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600.0:0.#} h"),
    };
}

/// <summary>What one engine offers for a run.</summary>
/// <param name="Estimate">What it would take and cost; null only with an obstacle.</param>
/// <param name="Obstacle">Why it cannot run these images, as the rest of a sentence; null when it can.</param>
/// <param name="Refusal">Why the stack's limits of money and time forbid it, as a sentence; null when they do not.</param>
internal sealed record EngineOffer(RunEstimate? Estimate, string? Obstacle, string? Refusal);
