using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace Pomona.StateMachine.Tests;

/// <summary>EMR as the workflow meets it: it answers what the test told it to, and remembers every call.</summary>
internal sealed class SimulatedEmr
{
    private readonly Queue<ClusterLife> _lives = new();

    /// <summary>Every call, in order: the operation and its request.</summary>
    public ConcurrentQueue<(string Operation, JsonObject Request)> Calls { get; } = new();

    public List<SimulatedCluster> Clusters { get; } = [];

    /// <summary>Called before each operation; throws what the call is to be refused with.</summary>
    public Action<string>? Before { get; set; }

    /// <summary>Called after RunJobFlow has rented, before it answers; throws to lose the answer.</summary>
    public Action? AfterRent { get; set; }

    /// <summary>Called with each step's arguments.</summary>
    public Action<IReadOnlyList<string>>? OnStep { get; set; }

    public int Times(string operation) => Calls.Count(call => call.Operation == operation);

    public void Will(params ClusterLife[] lives)
    {
        foreach (var life in lives)
            _lives.Enqueue(life);
    }

    public JsonNode Answer(string operation, JsonObject request)
    {
        lock (_lives)
        {
            Calls.Enqueue((operation, request));
            Before?.Invoke(operation);
            return operation switch
            {
                "RunJobFlow" => Rent(request),
                "DescribeCluster" => new JsonObject { ["Cluster"] = Find((string)request["ClusterId"]!).Describe() },
                "ListClusters" => new JsonObject
                {
                    ["Clusters"] = new JsonArray([.. Clusters.Where(cluster => !cluster.HasEnded)
                        .Select(cluster => new JsonObject { ["Id"] = cluster.Id, ["Name"] = cluster.Request["Name"]!.DeepClone() })]),
                },
                "AddJobFlowSteps" => AddStep(request),
                "SetTerminationProtection" => ForEach(request, cluster => cluster.Protected = (bool)request["TerminationProtected"]!),
                "TerminateJobFlows" => ForEach(request, static cluster => cluster.End()),
                _ => throw new Refusal(400, "UnknownOperationException", $"the workflow has no business with {operation}"),
            };
        }
    }

    private JsonObject Rent(JsonObject request)
    {
        var id = $"j-{Clusters.Count + 1:D13}";
        Clusters.Add(new SimulatedCluster(id, request, _lives.TryDequeue(out var life) ? life : ClusterLife.Good));
        AfterRent?.Invoke();
        return new JsonObject { ["JobFlowId"] = id, ["ClusterArn"] = $"arn:aws:elasticmapreduce:eu-west-3:123456789012:cluster/{id}" };
    }

    private JsonObject AddStep(JsonObject request)
    {
        Find((string)request["JobFlowId"]!);
        var arguments = request["Steps"]![0]!["HadoopJarStep"]!["Args"]!.AsArray().Select(argument => (string)argument!).ToList();
        OnStep?.Invoke(arguments);
        return new JsonObject { ["StepIds"] = new JsonArray("s-1") };
    }

    private JsonObject ForEach(JsonObject request, Action<SimulatedCluster> act)
    {
        foreach (var id in request["JobFlowIds"]!.AsArray())
            act(Find((string)id!));
        return [];
    }

    private SimulatedCluster Find(string id) => Clusters.Find(cluster => cluster.Id == id)
        ?? throw new Refusal(400, "InvalidRequestException", $"Cluster id '{id}' is not valid.");
}
