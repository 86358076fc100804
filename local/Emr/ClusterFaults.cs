namespace Pomona.Local.Emr;

/// <summary>What will go wrong with the next clusters and steps. Nothing, unless a test or a person asks for it.</summary>
internal sealed class ClusterFaults
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ClusterFault, int> _left = [];

    /// <summary>Lets the fault happen to the next <paramref name="times"/> clusters or steps.</summary>
    public void Add(ClusterFault fault, int times)
    {
        lock (_gate)
            _left[fault] = _left.GetValueOrDefault(fault) + times;
    }

    /// <summary>Removes all faults.</summary>
    public void Clear()
    {
        lock (_gate)
            _left.Clear();
    }

    /// <summary>Whether the fault happens now, which uses it up once.</summary>
    public bool Strikes(ClusterFault fault)
    {
        lock (_gate)
        {
            var left = _left.GetValueOrDefault(fault);
            _left[fault] = Math.Max(0, left - 1);
            return left > 0;
        }
    }
}
