using Amazon.Lambda.Core;
using Pomona.Functions.Clusters;
using Pomona.Functions.Hosting;

namespace Pomona.Functions;

/// <summary>Tells the workflow whether its cluster is up, may still come, is to be asked for again, or never will be.</summary>
public sealed class JudgeStart
{
    private readonly StartJudge _judge;

    /// <summary>As Lambda makes it.</summary>
    public JudgeStart()
        : this(Composition.FromEnvironment.Judge())
    {
    }

    internal JudgeStart(StartJudge judge) => _judge = judge;

    /// <summary>Handles a call of the workflow.</summary>
    public async Task<JudgedStart> HandleAsync(JudgeStartRequest request, ILambdaContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        Requests.RequireGiven(request);
        Requests.RequireGiven(request.ClusterId);
        Requests.RequireGiven(request.Instances);
        using var deadline = Deadline.Of(context);
        return await _judge.JudgeAsync(request, context.Logger, deadline.Token);
    }
}
