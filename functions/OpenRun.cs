using Amazon.Lambda.Core;
using Pomona.Functions.Hosting;
using Pomona.Functions.Runs;

namespace Pomona.Functions;

/// <summary>The workflow's first state: validates the execution's input and makes sure that the data set is this run's.</summary>
public sealed class OpenRun
{
    private readonly RunOpener _opener;

    /// <summary>As Lambda makes it.</summary>
    public OpenRun()
        : this(Composition.FromEnvironment.Opener())
    {
    }

    internal OpenRun(RunOpener opener) => _opener = opener;

    /// <summary>Handles a call of the workflow.</summary>
    public async Task<OpenedRun> HandleAsync(OpenRunRequest request, ILambdaContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        Requests.RequireGiven(request);
        using var deadline = Deadline.Of(context);
        return await _opener.OpenAsync(request, context.Logger, deadline.Token);
    }
}
