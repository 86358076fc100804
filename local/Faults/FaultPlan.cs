using Pomona.Local.Front;

namespace Pomona.Local.Faults;

/// <summary>Which API calls fail now. Empty unless a test or a person asks for faults.</summary>
internal sealed class FaultPlan
{
    private readonly Lock _gate = new();
    private readonly List<Standing> _faults = [];

    /// <summary>Adds a fault.</summary>
    public void Add(ApiFault fault)
    {
        lock (_gate)
            _faults.Add(new Standing(fault));
    }

    /// <summary>Removes all faults.</summary>
    public void Clear()
    {
        lock (_gate)
            _faults.Clear();
    }

    /// <summary>How many calls each fault has struck, in the order in which they were added.</summary>
    public IReadOnlyList<(ApiFault Fault, int Struck)> Standings()
    {
        lock (_gate)
            return [.. _faults.Select(standing => (standing.Fault, standing.Struck))];
    }

    /// <summary>Fails the call if a fault says so.</summary>
    /// <exception cref="AwsFailure">The call is struck.</exception>
    public void Strike(AwsCall call)
    {
        lock (_gate)
        {
            foreach (var standing in _faults)
            {
                var fault = standing.Fault;
                if (!Concerns(fault, call) || standing.Struck >= (fault.Times ?? int.MaxValue)
                    || ++standing.Seen % fault.OneIn != 0)
                    continue;
                standing.Struck++;
                throw new AwsFailure(fault.Status, fault.Code, $"An injected fault ({fault.Code}): {call.Service} {call.Operation}.");
            }
        }
    }

    private static bool Concerns(ApiFault fault, AwsCall call) =>
        (fault.Service is null || fault.Service == call.Service)
        && (fault.Operation is null || fault.Operation == call.Operation)
        && (fault.Caller is null || fault.Caller == call.AccessKey)
        && (fault.Path is null || (call.Http.Request.Path.Value ?? "").Contains(fault.Path, StringComparison.Ordinal));

    private sealed class Standing(ApiFault fault)
    {
        public ApiFault Fault => fault;

        public int Seen { get; set; }

        public int Struck { get; set; }
    }
}
