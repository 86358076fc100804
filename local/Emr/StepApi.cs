using System.Text.Json.Nodes;
using Pomona.Local.Front;

namespace Pomona.Local.Emr;

internal sealed class StepApi(ClusterStore clusters)
{
    // What EMR keeps pending and running in one cluster at most.
    private const int MostActiveSteps = 256;

    public JsonObject AddJobFlowSteps(JsonObject request)
    {
        var cluster = clusters.Get((string)request["JobFlowId"]!);
        if (cluster.EndRequest is not null || ClusterState.IsFinal(cluster.State) || cluster.State == ClusterState.Terminating)
            throw new AwsFailure(400, "ValidationException", "A job flow that is shutting down, terminated, or finished may not be modified.");
        var added = request["Steps"]!.AsArray();
        if (cluster.Steps.Count(step => !StepState.IsFinal(step.State)) + added.Count > MostActiveSteps)
            throw new AwsFailure(400, "ValidationException", $"Maximum number of active steps is {MostActiveSteps}.");
        return new JsonObject { ["StepIds"] = new JsonArray([.. cluster.AddSteps(added).Select(id => (JsonNode)id)]) };
    }

    public JsonObject ListSteps(JsonObject request)
    {
        var states = (request["StepStates"] as JsonArray)?.Select(state => (string)state!).ToHashSet(StringComparer.Ordinal);
        var ids = (request["StepIds"] as JsonArray)?.Select(id => (string)id!).ToHashSet(StringComparer.Ordinal);
        var found = Cluster(request).Steps.Reverse()
            .Where(step => states is null or { Count: 0 } || states.Contains(step.State))
            .Where(step => ids is null or { Count: 0 } || ids.Contains(step.Id));
        return new JsonObject { ["Steps"] = new JsonArray([.. found.Select(step => step.Describe())]) };
    }

    public JsonObject DescribeStep(JsonObject request)
    {
        var id = (string)request["StepId"]!;
        var step = Cluster(request).Steps.FirstOrDefault(candidate => candidate.Id == id)
            ?? throw new AwsFailure(400, "InvalidRequestException", $"Step id '{Contracts.Printable.Excerpt(id)}' is not valid.");
        return new JsonObject { ["Step"] = step.Describe() };
    }

    public JsonObject CancelSteps(JsonObject request)
    {
        var cluster = Cluster(request);
        var answers = new JsonArray();
        foreach (var id in request["StepIds"]!.AsArray().Select(id => (string)id!))
        {
            var step = cluster.Steps.FirstOrDefault(candidate => candidate.Id == id);
            var reason = step switch
            {
                null => "Step does not exist.",
                _ when StepState.IsFinal(step.State) => $"Step is already {step.State}.",
                _ => string.Empty,
            };
            if (reason.Length == 0)
                Cancel(cluster, step!);
            answers.Add(new JsonObject
            {
                ["StepId"] = id,
                ["Status"] = reason.Length == 0 ? "SUBMITTED" : "FAILED",
                ["Reason"] = reason,
            });
        }

        return new JsonObject { ["CancelStepsInfoList"] = answers };
    }

    private static void Cancel(Cluster cluster, ClusterStep step)
    {
        cluster.Update(step, it => it.State = StepState.Cancelled);
        step.Cancellation.Cancel();
    }

    private Cluster Cluster(JsonObject request) => clusters.Get((string)request["ClusterId"]!);
}
