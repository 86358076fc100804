using System.Text.Json.Nodes;
using Pomona.Local.Account;
using Pomona.Local.Aws;

namespace Pomona.Local.Emr;

/// <summary>
/// A rented cluster: what was asked for, and where it is in its life. Everything that changes is guarded by its lock;
/// <see cref="ClusterLife"/> alone moves it from state to state.
/// </summary>
internal sealed class Cluster
{
    private readonly Lock _gate = new();
    private readonly IdSource _ids;
    private readonly TimeProvider _clock;
    private readonly List<ClusterStep> _steps = [];
    private readonly Dictionary<string, string?> _tags = new(StringComparer.Ordinal);
    private readonly IReadOnlyList<InstanceFleet> _fleets;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _provisioned;
    private bool _protected;
    private bool _keepAlive;
    private long? _idleSeconds;

    public Cluster(string id, JsonObject request, IdSource ids, TimeProvider clock)
    {
        Id = id;
        Request = request;
        _ids = ids;
        _clock = clock;
        Created = clock.GetUtcNow();
        var instances = request["Instances"]!.AsObject();
        _protected = (bool?)instances["TerminationProtected"] ?? false;
        _keepAlive = (bool?)instances["KeepJobFlowAliveWhenNoSteps"] ?? false;
        _idleSeconds = (long?)request["AutoTerminationPolicy"]?["IdleTimeout"];
        _fleets = InstanceFleet.AllOf(instances["InstanceFleets"] as JsonArray ?? [], ids);
        Instances = _fleets.Count > 0
            ? [.. _fleets.OrderByDescending(static fleet => fleet.IsPrimary).SelectMany(static fleet => fleet.Instances)]
            : [new Instance(ids.Code("ci-", 13), ids.Code("i-", 17).ToLowerInvariant(), number: 1, fleet: null, type: null, Instance.OnDemand)];
        foreach (var tag in request["Tags"] as JsonArray ?? [])
            _tags[(string)tag!["Key"]!] = (string?)tag["Value"];
        AddSteps(request["Steps"] as JsonArray ?? []);
    }

    /// <summary>Its id, <c>j-…</c>.</summary>
    public string Id { get; }

    /// <summary>What RunJobFlow was asked for.</summary>
    public JsonObject Request { get; }

    /// <summary>Whether DescribeCluster names its primary node, as it does once there is one.</summary>
    public bool HasHostName { get; set; }

    public string Name => (string)Request["Name"]!;

    public DateTimeOffset Created { get; }

    /// <summary>When it was ready for steps; null before.</summary>
    public DateTimeOffset? Ready { get; private set; }

    /// <summary>When it ended; null while it costs money.</summary>
    public DateTimeOffset? Ended { get; private set; }

    /// <summary>All that it was rented with, the primary node first; those that are gone too.</summary>
    public IReadOnlyList<Instance> Instances { get; }

    /// <summary>Its core and task nodes, in the order in which they are numbered.</summary>
    public IEnumerable<Instance> Workers => Instances.Where(static instance => instance.Fleet is { IsPrimary: false });

    /// <summary>The primary node's id, <c>i-…</c>.</summary>
    public string Primary => Instances[0].Ec2Id;

    /// <summary>Whether it is of instance fleets.</summary>
    public bool HasFleets => _fleets.Count > 0;

    /// <summary>What its steps run on where that is a real Spark, for people; null before it is known, and without one.</summary>
    public string? RunsOn { get; private set; }

    /// <summary>Where its logs go, <c>s3://…/</c>; null for nowhere.</summary>
    public string? LogUri => (string?)Request["LogUri"];

    /// <summary>How many steps may run at once.</summary>
    public int StepConcurrency => (int?)Request["StepConcurrencyLevel"] ?? 1;

    /// <summary>Its bootstrap actions in order: name, script, arguments.</summary>
    public IReadOnlyList<(string Name, string Path, IReadOnlyList<string> Arguments)> BootstrapActions =>
        [.. (Request["BootstrapActions"] as JsonArray ?? []).Select(action => (
            (string)action!["Name"]!,
            (string)action["ScriptBootstrapAction"]!["Path"]!,
            (IReadOnlyList<string>)[.. (action["ScriptBootstrapAction"]!["Args"] as JsonArray ?? []).Select(argument => (string)argument!)]))];

    public string State { get; private set; } = ClusterState.Starting;

    public (string Code, string Message)? Reason { get; private set; }

    /// <summary>Who or what asked for its end; null while nobody has.</summary>
    public ClusterEnd? EndRequest { get; private set; }

    /// <summary>How long it may be idle; null for ever.</summary>
    public TimeSpan? IdleLimit
    {
        get
        {
            lock (_gate)
                return _idleSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
        }
    }

    /// <summary>Whether it goes on when all steps have ended.</summary>
    public bool KeepAlive
    {
        get
        {
            lock (_gate)
                return _keepAlive;
        }
    }

    /// <summary>Whether TerminateJobFlows is refused.</summary>
    public bool Protected
    {
        get
        {
            lock (_gate)
                return _protected;
        }
    }

    /// <summary>Its steps, oldest first.</summary>
    public IReadOnlyList<ClusterStep> Steps
    {
        get
        {
            lock (_gate)
                return [.. _steps];
        }
    }

    public IReadOnlyDictionary<string, string?> Tags
    {
        get
        {
            lock (_gate)
                return new Dictionary<string, string?>(_tags, StringComparer.Ordinal);
        }
    }

    /// <summary>Completes at the next change.</summary>
    public Task Changed
    {
        get
        {
            lock (_gate)
                return _changed.Task;
        }
    }

    /// <summary>Moves it to another state.</summary>
    public void Enter(string state, (string Code, string Message)? reason = null) => Change(() =>
    {
        State = state;
        Reason = reason;
        _provisioned |= state == ClusterState.Bootstrapping;
        if (state is ClusterState.Running or ClusterState.Waiting)
            Ready ??= _clock.GetUtcNow();
        if (ClusterState.IsFinal(state))
            Ended = _clock.GetUtcNow();
    });

    /// <summary>Asks for its end; the first who asks gives the reason.</summary>
    public void RequestEnd(ClusterEnd end) => Change(() => EndRequest ??= end);

    /// <returns>Their ids.</returns>
    public IReadOnlyList<string> AddSteps(JsonArray configs)
    {
        var ids = new List<string>();
        Change(() =>
        {
            foreach (var config in configs)
            {
                var step = new ClusterStep(_ids.Code("s-", 13), config!.DeepClone().AsObject(), _clock.GetUtcNow());
                _steps.Add(step);
                ids.Add(step.Id);
            }
        });
        return ids;
    }

    public void Tag(IEnumerable<(string Key, string? Value)> added, IEnumerable<string> removed) => Change(() =>
    {
        foreach (var (key, value) in added)
            _tags[key] = value;
        foreach (var key in removed)
            _tags.Remove(key);
    });

    public void Protect(bool on) => Change(() => _protected = on);

    /// <summary>Sets whether it goes on when all steps have ended.</summary>
    public void SetKeepAlive(bool on) => Change(() => _keepAlive = on);

    /// <summary>Sets how long it may be idle; null for ever.</summary>
    public void SetIdleLimit(long? seconds) => Change(() => _idleSeconds = seconds);

    /// <summary>Says what its steps run on.</summary>
    public void RunOn(string what) => Change(() => RunsOn = what);

    /// <summary>An instance ends before it.</summary>
    public void Lose(Instance instance, string reason) => Change(() => instance.Lose(_clock.GetUtcNow(), reason));

    /// <summary>EC2 says that it takes an instance back.</summary>
    /// <returns>False where it has said so already, or the instance is not there.</returns>
    public bool GiveNotice(Instance instance)
    {
        var isNew = false;
        Change(() =>
        {
            isNew = !instance.HasNotice && IsThere(instance);
            instance.HasNotice = true;
        });
        return isNew;
    }

    /// <summary>Whether an instance is there, on which something may run.</summary>
    public bool IsThere(Instance instance)
    {
        lock (_gate)
            return instance.StateIn(State) == Instance.Running;
    }

    public void Update(ClusterStep step, Action<ClusterStep> change) => Change(() => change(step));

    /// <summary>The cluster as DescribeCluster gives it.</summary>
    public JsonObject Describe()
    {
        lock (_gate)
        {
            var instances = Request["Instances"]!;
            var cluster = Summary();
            if (EndRequest?.Detail is var (code, type))
            {
                cluster["Status"]!["ErrorDetails"] = new JsonArray(new JsonObject
                {
                    ["ErrorCode"] = code,
                    ["ErrorMessage"] = Reason?.Message,
                    ["ErrorData"] = new JsonArray(new JsonObject { ["instance-type"] = type }),
                });
            }

            cluster["AutoTerminate"] = !_keepAlive;
            cluster["TerminationProtected"] = _protected;
            cluster["VisibleToAllUsers"] = Request["VisibleToAllUsers"]?.DeepClone() ?? true;
            cluster["UnhealthyNodeReplacement"] = false;
            cluster["InstanceCollectionType"] = _fleets.Count > 0 ? "INSTANCE_FLEET" : "INSTANCE_GROUP";
            cluster["StepConcurrencyLevel"] = StepConcurrency;
            cluster["Tags"] = new JsonArray([.. _tags.Select(tag => new JsonObject { ["Key"] = tag.Key, ["Value"] = tag.Value })]);
            cluster["Ec2InstanceAttributes"] = new JsonObject
            {
                ["Ec2KeyName"] = instances["Ec2KeyName"]?.DeepClone(),
                ["RequestedEc2SubnetIds"] = instances["Ec2SubnetIds"]?.DeepClone() ?? new JsonArray(),
                ["Ec2SubnetId"] = (instances["Ec2SubnetIds"] as JsonArray)?.FirstOrDefault()?.DeepClone(),
                ["IamInstanceProfile"] = Request["JobFlowRole"]?.DeepClone(),
            };
            foreach (var name in (string[])["LogUri", "ReleaseLabel", "ServiceRole", "SecurityConfiguration", "ScaleDownBehavior",
                "CustomAmiId", "EbsRootVolumeSize", "Applications", "Configurations"])
                cluster[name] = Request[name]?.DeepClone();
            if (HasHostName)
                cluster["MasterPublicDnsName"] = Instances[0].HostName;
            return Without(cluster);
        }
    }

    /// <summary>The cluster as ListClusters gives it.</summary>
    public JsonObject Summary()
    {
        lock (_gate)
        {
            var reason = new JsonObject();
            if (Reason is ({ Length: > 0 } code, var message))
            {
                reason["Code"] = code;
                reason["Message"] = message;
            }

            return new JsonObject
            {
                ["Id"] = Id,
                ["Name"] = Name,
                ["Status"] = new JsonObject
                {
                    ["State"] = State,
                    ["StateChangeReason"] = reason,
                    ["Timeline"] = EmrTime.Timeline(
                        ("CreationDateTime", Created), ("ReadyDateTime", Ready), ("EndDateTime", Ended)),
                },
                ["NormalizedInstanceHours"] = 0,
                ["ClusterArn"] = $"arn:aws:elasticmapreduce:{LocalSettings.Region}:{LocalSettings.Account}:cluster/{Id}",
            };
        }
    }

    /// <summary>vCPUs of its core and task nodes.</summary>
    public int Vcpus => Workers.Sum(static instance => instance.Vcpus);

    /// <summary>Its instance fleets as ListInstanceFleets gives them.</summary>
    public JsonArray Fleets()
    {
        lock (_gate)
            return [.. _fleets.Select(fleet => fleet.Describe(State, Created, Ready, Ended))];
    }

    /// <summary>Its instances as ListInstances gives them; none where it ended before there were any.</summary>
    public IReadOnlyList<JsonObject> DescribeInstances(Func<Instance, bool> wanted)
    {
        lock (_gate)
            return Ended is not null && !_provisioned ? [] : [.. Instances.Where(wanted).Select(instance => instance.Describe(State, Created, Ready, Ended))];
    }

    /// <summary>Its bootstrap actions as ListBootstrapActions gives them.</summary>
    public JsonArray BootstrapCommands() => [.. BootstrapActions.Select(action => new JsonObject
    {
        ["Name"] = action.Name,
        ["ScriptPath"] = action.Path,
        ["Args"] = new JsonArray([.. action.Arguments.Select(argument => (JsonNode)argument)]),
    })];

    private static JsonObject Without(JsonObject cluster)
    {
        foreach (var (name, value) in cluster.ToArray())
        {
            if (value is null)
                cluster.Remove(name);
            else if (value is JsonObject inner)
                Without(inner);
        }

        return cluster;
    }

    private void Change(Action change)
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            change();
            changed = _changed;
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        changed.SetResult();
    }
}
