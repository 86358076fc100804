using Amazon.Lambda.Core;
using Pomona.Functions.Hosting;
using Pomona.Functions.Planning;

namespace Pomona.Functions;

/// <summary>Takes a run's snapshot, sizes its cluster and holds its estimate against the budget.</summary>
public sealed class PlanRun
{
    private readonly RunPlanner _planner;

    /// <summary>As Lambda makes it.</summary>
    public PlanRun()
        : this(Composition.FromEnvironment.Planner())
    {
    }

    internal PlanRun(RunPlanner planner) => _planner = planner;

    /// <summary>Handles a call of the workflow.</summary>
    public async Task<PlannedRun> HandleAsync(PlanRunRequest request, ILambdaContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        Requests.RequireGiven(request);
        Requests.RequireGiven(request.Dataset);
        Requests.RequireGiven(request.Run);
        using var deadline = Deadline.Of(context);
        return await _planner.PlanAsync(request, context.Logger, deadline.Token);
    }
}
