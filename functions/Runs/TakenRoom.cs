using Pomona.Contracts;
using Pomona.Functions.Planning;

namespace Pomona.Functions.Runs;

/// <summary>What the workflow says to TakeRoom.</summary>
/// <param name="Dataset">The data set.</param>
/// <param name="Run">The run.</param>
/// <param name="ExecutionArn">The execution that is about to rent.</param>
/// <param name="Cluster">What it is about to rent.</param>
/// <param name="Previous">The answer before, or null.</param>
public sealed record TakeRoomRequest(
    DatasetName Dataset, RunId Run, string ExecutionArn, PlannedCluster Cluster, TakenRoom? Previous = null);

/// <summary>Whether there is room for a cluster.</summary>
/// <param name="Verdict"><see cref="Taken"/>, or <see cref="Wait"/>.</param>
/// <param name="Reason">For people, when it is to wait: who has the room.</param>
/// <param name="Tell">Whether people are to be told now: once, when the wait begins.</param>
public sealed record TakenRoom(string Verdict, string Reason, bool Tell)
{
    /// <summary>Its vCPUs are taken: rent.</summary>
    public const string Taken = "taken";

    /// <summary>Others have them: ask again later.</summary>
    public const string Wait = "wait";
}

/// <summary>What all clusters of the stack have together: the object <see cref="Key"/>.</summary>
/// <param name="Holders">Who has how much of it.</param>
public sealed record RoomTaken(IReadOnlyList<RoomHolder> Holders)
{
    /// <summary>No data set's lock can have it, for their names hold no slash.</summary>
    public const string Key = BucketLayout.Locks + "stack/vcpus.json";
}

/// <summary>A run that has room for its cluster.</summary>
/// <param name="Dataset">The data set.</param>
/// <param name="Run">The run.</param>
/// <param name="ExecutionArn">Its execution.</param>
/// <param name="Vcpus">The most vCPUs that its cluster can have.</param>
public sealed record RoomHolder(DatasetName Dataset, RunId Run, string ExecutionArn, int Vcpus);
