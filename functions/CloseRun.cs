using Amazon.Lambda.Core;
using Pomona.Functions.Hosting;
using Pomona.Functions.Runs;

namespace Pomona.Functions;

/// <summary>The workflow's last state: frees the data set, and starts its next run if it has changed meanwhile.</summary>
public sealed class CloseRun
{
    private readonly RunCloser _closer;

    /// <summary>As Lambda makes it.</summary>
    public CloseRun()
        : this(Composition.FromEnvironment.Closer())
    {
    }

    internal CloseRun(RunCloser closer) => _closer = closer;

    /// <summary>Handles a call of the workflow.</summary>
    public async Task<ClosedRun> HandleAsync(CloseRunRequest request, ILambdaContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        Requests.RequireGiven(request);
        Requests.RequireGiven(request.Dataset);
        Requests.RequireGiven(request.Run);
        using var deadline = Deadline.Of(context);
        return await _closer.CloseAsync(request, context.AwsRequestId ?? string.Empty, context.Logger, deadline.Token);
    }
}
