using System.Text.Json;
using Amazon.Lambda.Core;
using Pomona.Functions.Costs;

namespace Pomona.Functions;

/// <summary>Tells the costs workflow which days to ask Cost Explorer for: a state machine cannot reckon dates.</summary>
public sealed class CostPeriod
{
    private readonly TimeProvider _time;

    /// <summary>As Lambda makes it.</summary>
    public CostPeriod()
        : this(TimeProvider.System)
    {
    }

    internal CostPeriod(TimeProvider time) => _time = time;

    /// <summary>Handles a call of the workflow, whatever it says.</summary>
    public Task<CostPeriodRange> HandleAsync(JsonElement input, ILambdaContext context)
        => Task.FromResult(CostPeriodRange.Before(_time.GetUtcNow()));
}
