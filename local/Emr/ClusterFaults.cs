namespace Pomona.Local.Emr;

/// <summary>What will go wrong with the next clusters and steps. Nothing, unless a test or a person asks for it.</summary>
internal sealed class ClusterFaults
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ClusterFault, int> _left = [];
    private readonly Queue<ClusterEnd> _starts = [];

    /// <summary>Lets the fault happen to the next <paramref name="times"/> clusters or steps.</summary>
    public void Add(ClusterFault fault, int times)
    {
        lock (_gate)
            _left[fault] = _left.GetValueOrDefault(fault) + times;
    }

    /// <summary>Lets the next starts end so instead, one after the other.</summary>
    public void FailStart(params IReadOnlyList<ClusterEnd> ends)
    {
        lock (_gate)
        {
            foreach (var end in ends)
                _starts.Enqueue(end);
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            _left.Clear();
            _starts.Clear();
        }
    }

    /// <summary>How a start ends instead, which uses it up; null when it does not.</summary>
    public ClusterEnd? StartEnd() => Strikes(ClusterFault.NoCapacity) ? ClusterEnd.NoCapacity : NextStart();

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

    private ClusterEnd? NextStart()
    {
        lock (_gate)
            return _starts.TryDequeue(out var end) ? end : null;
    }
}

/// <summary>What can go wrong with a cluster, besides its API (see ApiFault).</summary>
internal enum ClusterFault
{
    /// <summary>EC2 has no instances for it.</summary>
    NoCapacity,

    /// <summary>EC2 has no instances for its core nodes, EMR keeps asking and tells so by an event; nothing else happens.</summary>
    CapacityLacks,

    /// <summary>It stays STARTING, and EMR says nothing.</summary>
    StaysStarting,

    BootstrapFails,

    /// <summary>A bootstrap action never ends: the cluster does not become ready.</summary>
    BootstrapHangs,

    /// <summary>A step ends with exit code 1 instead of running.</summary>
    StepFails,

    /// <summary>A step never ends and does nothing.</summary>
    StepHangs,

    /// <summary>The idle limit passes and nothing happens.</summary>
    IdleLimitIgnored,

    /// <summary>A request to end the cluster is accepted, and nothing happens.</summary>
    EndIgnored,
}
