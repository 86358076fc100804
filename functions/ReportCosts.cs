using Amazon.Lambda.Core;
using Pomona.Functions.Costs;
using Pomona.Functions.Hosting;

namespace Pomona.Functions;

/// <summary>Turns Cost Explorer's figures into a mail, a page and a table.</summary>
public sealed class ReportCosts
{
    private readonly CostReporter _reporter;

    /// <summary>As Lambda makes it.</summary>
    public ReportCosts()
        : this(new CostReporter(Composition.FromEnvironment.Bucket, Settings.Environment.Language))
    {
    }

    internal ReportCosts(CostReporter reporter) => _reporter = reporter;

    /// <summary>Handles a call of the costs workflow.</summary>
    public async Task<ReportedCosts> HandleAsync(ReportCostsRequest request, ILambdaContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        Requests.RequireGiven(request);
        using var deadline = Deadline.Of(context);
        return await _reporter.ReportAsync(request, context.Logger, deadline.Token);
    }
}
