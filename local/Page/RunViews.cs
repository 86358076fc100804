using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Pomona.Contracts;
using Pomona.Local.Account;
using Pomona.Local.Aws;
using Pomona.Local.Stack;

namespace Pomona.Local.Page;

/// <summary>Describes the executions of all state machines, from Step Functions' own history.</summary>
internal sealed class RunViews(
    [FromKeyedServices(AwsEndpoint.Moto)] AwsClient moto, CreatedStacks stacks, WrittenRun folder)
{
    // What has ended does not change, and moto takes long to tell a history.
    private readonly ConcurrentDictionary<string, RunView> _ended = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, IReadOnlyList<JsonNode>> _histories = new(StringComparer.Ordinal);

    /// <summary>All executions, newest first.</summary>
    public async Task<IReadOnlyList<RunView>> AllAsync(CancellationToken cancellation)
    {
        var runs = new List<RunView>();
        var machines = await moto.CallAsync("stepfunctions", "ListStateMachines", [], cancellation);
        foreach (var machine in machines["stateMachines"] as JsonArray ?? [])
        {
            var executions = await moto.CallAsync(
                "stepfunctions", "ListExecutions", new JsonObject { ["stateMachineArn"] = (string)machine!["stateMachineArn"]! }, cancellation);
            foreach (var execution in executions["executions"] as JsonArray ?? [])
            {
                var arn = (string)execution!["executionArn"]!;
                if (!_ended.TryGetValue(arn, out var view))
                    view = await ViewAsync(arn, (string)machine["name"]!, cancellation);
                if (view.Ended)
                {
                    _ended[arn] = view;
                    _histories.TryRemove(arn, out _);
                }

                runs.Add(view);
            }
        }

        return [.. runs.OrderByDescending(run => run.Started)];
    }

    public async Task<string> DefinitionAsync(string name, CancellationToken cancellation)
    {
        var machine = await moto.CallAsync("stepfunctions", "DescribeStateMachine", new JsonObject
        {
            ["stateMachineArn"] = $"arn:aws:states:{LocalSettings.Region}:{LocalSettings.Account}:stateMachine:{name}",
        }, cancellation);
        return (string)machine["definition"]!;
    }

    private async Task<RunView> ViewAsync(string arn, string machine, CancellationToken cancellation)
    {
        var execution = await moto.CallAsync("stepfunctions", "DescribeExecution", new JsonObject { ["executionArn"] = arn }, cancellation);
        var history = await HistoryAsync(arn, cancellation);
        var name = (string)execution["name"]!;
        var (dataset, run) = Names((string?)execution["input"], history);
        var images = dataset is null || run is null ? null : await folder.ProgressAsync(stacks.Bucket, dataset, run, cancellation);
        var report = dataset is not null && run is not null && (string)execution["status"]! == "SUCCEEDED"
            ? $"/_local/objects/{BucketLayout.Run(dataset, run)}{RunLayout.Report}"
            : null;
        return new RunView(
            arn, name, machine, (string)execution["status"]!, Time(execution["startDate"])!.Value, Time(execution["stopDate"]),
            (string?)execution["error"], (string?)execution["cause"], dataset?.Value, run?.Value, Visits(history), Moves(history), images, report,
            await WorkAsync(history, dataset, run, cancellation));
    }

    private async Task<RunWork?> WorkAsync(IReadOnlyList<JsonNode> history, DatasetName? dataset, RunId? run, CancellationToken cancellation)
    {
        var work = RunWork.Of(history);
        return work is not null && dataset is not null && run is not null && RunWork.FolderOf(work.Stage) is { } written
            ? work with { Done = await folder.PartsAsync(stacks.Bucket, dataset, run, written, cancellation) }
            : work;
    }

    // Newest first, back to what is known already.
    private async Task<IReadOnlyList<JsonNode>> HistoryAsync(string arn, CancellationToken cancellation)
    {
        var known = _histories.GetValueOrDefault(arn, []);
        var last = known.Count > 0 ? (long)known[^1]["id"]! : 0;
        var fresh = new Stack<JsonNode>();
        string? next = null;
        do
        {
            var asked = new JsonObject { ["executionArn"] = arn, ["reverseOrder"] = true, ["maxResults"] = known.Count > 0 ? 20 : 1000 };
            if (next is not null)
                asked["nextToken"] = next;
            var page = await moto.CallAsync("stepfunctions", "GetExecutionHistory", asked, cancellation);
            foreach (var happened in page["events"] as JsonArray ?? [])
            {
                var id = (long)happened!["id"]!;
                // A history that grew meanwhile shows the end of one page again on the next.
                if (id > last && (!fresh.TryPeek(out var newer) || id < (long)newer["id"]!))
                    fresh.Push(happened.DeepClone());
            }

            next = (string?)page["nextToken"];
        }
        while (next is not null && (!fresh.TryPeek(out var oldest) || (long)oldest["id"]! > last + 1));
        return _histories[arn] = [.. known, .. fresh];
    }

    // Started by an upload, the input names the run; started by hand, OpenRun's output does.
    internal static (DatasetName? Dataset, RunId? Run) Names(string? input, IReadOnlyList<JsonNode> history)
    {
        // Whoever started it by hand may have given anything.
        var given = JsonText.TryReadObject(input);
        _ = DatasetName.TryParse(given.At("dataset").AsText(), out var dataset);
        if (!RunId.TryParse(given.At("run").AsText(), out var run))
        {
            var opened = history.Select(static happened => happened.At("stateExitedEventDetails")).FirstOrDefault(static left => left.At("name").AsText() == "OpenRun");
            _ = RunId.TryParse(JsonText.TryReadObject(opened.At("output").AsText()).At("open", "run").AsText(), out run);
        }

        return (dataset, run);
    }

    private static List<StateVisit> Visits(IReadOnlyList<JsonNode> history)
    {
        var visits = new List<StateVisit>();
        foreach (var happened in history)
        {
            var type = (string)happened!["type"]!;
            var time = Time(happened["timestamp"])!.Value;
            if ((string?)happened["stateEnteredEventDetails"]?["name"] is { } entered)
            {
                var at = visits.FindIndex(visit => visit.Name == entered);
                var visit = new StateVisit(entered, time, null, (at < 0 ? 0 : visits[at].Times) + 1, Failed: false);
                if (at < 0)
                    visits.Add(visit);
                else
                    visits[at] = visit;
            }
            else if ((string?)happened["stateExitedEventDetails"]?["name"] is { } exited)
            {
                var at = visits.FindIndex(visit => visit.Name == exited);
                if (at >= 0)
                    visits[at] = visits[at] with { Exited = time };
            }
            else if (type is "TaskFailed" or "TaskTimedOut" or "LambdaFunctionFailed" or "LambdaFunctionTimedOut")
            {
                var at = visits.FindLastIndex(visit => visit.Exited is null);
                if (at >= 0)
                    visits[at] = visits[at] with { Failed = true };
            }
        }

        return visits;
    }

    private static List<StateMove> Moves(IReadOnlyList<JsonNode> history)
    {
        var moves = new List<StateMove>();
        string? from = null;
        foreach (var happened in history)
        {
            if ((string)happened["type"]! is "PassStateEntered" or "ChoiceStateEntered"
                || (string?)happened["stateEnteredEventDetails"]?["name"] is not { } to)
                continue;
            if (from is not null && !moves.Contains(new StateMove(from, to)))
                moves.Add(new StateMove(from, to));
            from = to;
        }

        return moves;
    }

    private static DateTimeOffset? Time(JsonNode? seconds) =>
        seconds is null ? null : DateTimeOffset.FromUnixTimeMilliseconds((long)((double)seconds * 1000));
}
