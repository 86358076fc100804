using Amazon.Lambda.Core;
using Pomona.Functions.Hosting;
using Pomona.Functions.Runs;

namespace Pomona.Functions;

/// <summary>Before a cluster is rented: takes its vCPUs out of what all clusters of the stack may have together, or has it wait.</summary>
public sealed class TakeRoom
{
    private readonly StackRoom _room;

    /// <summary>As Lambda makes it.</summary>
    public TakeRoom()
        : this(Composition.FromEnvironment.Room())
    {
    }

    internal TakeRoom(StackRoom room) => _room = room;

    /// <summary>Handles a call of the workflow.</summary>
    public async Task<TakenRoom> HandleAsync(TakeRoomRequest request, ILambdaContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        Requests.RequireGiven(request);
        Requests.RequireGiven(request.Dataset);
        Requests.RequireGiven(request.Run);
        Requests.RequireGiven(request.ExecutionArn);
        Requests.RequireGiven(request.Cluster);
        using var deadline = Deadline.Of(context);
        return await _room.TakeAsync(request, context.Logger, deadline.Token);
    }
}
