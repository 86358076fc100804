using System.Text.Json.Nodes;

namespace Pomona.StateMachine.Tests;

/// <summary>
/// A cluster as DescribeCluster shows it: each description takes the next state of its way, and the last one stays. Asked to
/// end, it goes on through TERMINATING to TERMINATED, unless it is <see cref="Protected"/> or <see cref="Stubborn"/>.
/// </summary>
internal sealed class SimulatedCluster(string id, JsonObject request, ClusterLife life)
{
    private readonly Queue<string> _states = new(life.States);

    public string Id { get; } = id;

    public JsonObject Request { get; } = request;

    public string State { get; private set; } = "STARTING";

    public bool Protected { get; set; } = life.Protected;

    public bool Stubborn { get; } = life.Stubborn;

    public int TimesAskedToEnd { get; private set; }

    public bool HasEnded => State.StartsWith("TERMINATED", StringComparison.Ordinal);

    public void End()
    {
        TimesAskedToEnd++;
        if (Protected || Stubborn || HasEnded)
            return;

        _states.Clear();
        State = "TERMINATING";
        _states.Enqueue("TERMINATING");
        _states.Enqueue("TERMINATED");
    }

    public JsonObject Describe()
    {
        if (_states.TryDequeue(out var next))
            State = next;

        var reason = State is "TERMINATING" or "TERMINATED" && TimesAskedToEnd > 0
            ? new JsonObject { ["Code"] = "USER_REQUEST", ["Message"] = "Terminated by user request" }
            : State is "TERMINATED_WITH_ERRORS" or "TERMINATING"
                ? new JsonObject { ["Code"] = life.Code, ["Message"] = life.Message }
                : [];
        var described = new JsonObject
        {
            ["Id"] = Id,
            ["Name"] = Request["Name"]!.DeepClone(),
            ["Status"] = new JsonObject
            {
                ["State"] = State,
                ["StateChangeReason"] = reason,
                ["Timeline"] = new JsonObject { ["CreationDateTime"] = 1795267495.123 },
            },
        };
        if (life.HasHostName)
            described["MasterPublicDnsName"] = "ip-10-0-0-1.eu-west-3.compute.internal";
        return described;
    }
}
