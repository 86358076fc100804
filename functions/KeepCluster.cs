using Amazon.Lambda.Core;
using Pomona.Functions.Clusters;
using Pomona.Functions.Hosting;

namespace Pomona.Functions;

/// <summary>After a run that finished: lets its cluster stay for as long as its input asked, to explore on.</summary>
public sealed class KeepCluster
{
    private readonly ClusterKeeper _keeper;

    /// <summary>As Lambda makes it.</summary>
    public KeepCluster()
        : this(Composition.FromEnvironment.Keeper())
    {
    }

    internal KeepCluster(ClusterKeeper keeper) => _keeper = keeper;

    /// <summary>Handles a call of the workflow.</summary>
    public async Task<KeptCluster> HandleAsync(KeepClusterRequest request, ILambdaContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        Requests.RequireGiven(request);
        Requests.RequireGiven(request.ClusterId);
        using var deadline = Deadline.Of(context);
        return await _keeper.KeepAsync(request, context.Logger, deadline.Token);
    }
}
