using Pomona.Local.Account;
using Pomona.Local.Front;

namespace Pomona.Local.Faults;

/// <summary>Which API calls fail now. Empty unless a test or a person asks for faults.</summary>
internal sealed class FaultPlan : HostedPart, ICallFilter
{
    private readonly Lock _gate = new();
    private readonly List<Standing> _faults = [];

    public static void AddTo(IServiceCollection services) =>
        services.AddPart<FaultPlan>().AddSingleton<ICallFilter>(provider => provider.GetRequiredService<FaultPlan>());

    /// <returns>Where the calls wait that it holds up, if it does.</returns>
    /// <exception cref="LocalCloudException">No call could be struck so.</exception>
    public CallHold Add(ApiFault fault)
    {
        if (fault.OneIn < 1 || fault.Times < 1)
            throw new LocalCloudException("a fault's oneIn and times are 1 or more.");
        if (fault.Status is < 400 or > 599)
            throw new LocalCloudException($"a fault's status is an error's, from 400 to 599, not {fault.Status}.");
        var standing = new Standing(fault);
        lock (_gate)
            _faults.Add(standing);
        return standing.Hold;
    }

    /// <summary>Removes all faults, and lets in what they held up.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            foreach (var standing in _faults)
                standing.Hold.End();
            _faults.Clear();
        }
    }

    /// <summary>How many calls each fault has struck, in the order in which they were added.</summary>
    public IReadOnlyList<(ApiFault Fault, int Struck)> Standings()
    {
        lock (_gate)
            return [.. _faults.Select(standing => (standing.Fault, standing.Struck))];
    }

    // What is held up would keep the account from going down.
    public override Task StoppingAsync(CancellationToken cancellationToken)
    {
        Clear();
        return Task.CompletedTask;
    }

    /// <summary>Holds the call up, or fails it, if a fault says so.</summary>
    public async Task<AwsFailure?> PassAsync(AwsCall call, CancellationToken cancellation)
    {
        Standing[] holding;
        lock (_gate)
            holding = [.. _faults.Where(standing => standing.Fault.Hold && standing.Strikes(call))];
        foreach (var standing in holding)
            await standing.Hold.WaitAsync(cancellation);

        ApiFault? fault;
        lock (_gate)
            fault = _faults.FirstOrDefault(standing => !standing.Fault.Hold && standing.Strikes(call))?.Fault;
        if (fault is null)
            return null;
        var failure = new AwsFailure(fault.Status, fault.Code, fault.Message ?? $"An injected fault ({fault.Code}): {call.Service} {call.Operation}.");
        return fault.LosesAnswer ? failure : throw failure;
    }

    private sealed class Standing(ApiFault fault)
    {
        private int _seen;

        public ApiFault Fault => fault;

        public CallHold Hold { get; } = new();

        public int Struck { get; private set; }

        public bool Strikes(AwsCall call)
        {
            if (!Concerns(call) || Struck >= (fault.Times ?? int.MaxValue) || ++_seen % fault.OneIn != 0)
                return false;
            Struck++;
            return true;
        }

        private bool Concerns(AwsCall call) =>
            (fault.Service is null || fault.Service == call.Service)
            && (fault.Operation is null || fault.Operation == call.Operation)
            && (fault.Caller is null || fault.Caller == call.AccessKey)
            && (fault.Path is null || (call.Http.Request.Path.Value ?? "").Contains(fault.Path, StringComparison.Ordinal));
    }
}
