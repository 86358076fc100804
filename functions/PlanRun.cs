using Amazon.Lambda.Core;
using Pomona.Functions.Hosting;
using Pomona.Functions.Planning;

namespace Pomona.Functions;

/// <summary>
/// Takes a run's snapshot, sizes its cluster and holds its estimate against the budget; in a dry run it only looks.
/// </summary>
public sealed class PlanRun
{
    private readonly RunPlanner _planner;

    /// <summary>As Lambda makes it.</summary>
    public PlanRun()
        : this(Composition.FromEnvironment.Planner())
    {
    }

    internal PlanRun(RunPlanner planner) => _planner = planner;

    /// <summary>Handles a call of the workflow, or of a person who only wants to know.</summary>
    public async Task<PlannedRun> HandleAsync(PlanRunRequest request, ILambdaContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        Requests.RequireGiven(request);
        if (request.DryRun)
        {
            Requests.RequireGiven(request.Input);
            using var until = Deadline.Of(context);
            return await _planner.LookAsync(request.Input.Value, context.Logger, until.Token);
        }

        Requests.RequireGiven(request.Dataset);
        Requests.RequireGiven(request.Run);
        using var deadline = Deadline.Of(context);
        return await _planner.PlanAsync(request, context.Logger, deadline.Token);
    }
}
