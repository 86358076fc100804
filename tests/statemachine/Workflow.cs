using System.Text.Json.Nodes;

namespace Pomona.StateMachine.Tests;

/// <summary>
/// moto's interpreter, with the simulated services in front of it; one server for a class of tests, which run one after the
/// other and each start with services that remember nothing.
/// </summary>
public sealed class Workflow : IAsyncLifetime
{
    private readonly Front _front = new();
    private MotoServer? _moto;
    private StepFunctions? _stepFunctions;
    private readonly Dictionary<string, string> _machines = [];
    private int _executions;

    internal SimulatedEmr Emr => _front.Emr;

    internal SimulatedFunctions Functions => _front.Functions;

    internal IReadOnlyList<Mail> Mails => [.. _front.Mails];

    internal IReadOnlyList<JsonObject> CostQuestions => [.. _front.CostQuestions];

    internal StepFunctions StepFunctions => _stepFunctions ?? throw new InvalidOperationException("the server has not been started");

    /// <summary>The substitutions of the template, with names in place of ARNs that do not exist here.</summary>
    internal static IReadOnlyDictionary<string, string> Substitutions { get; } = new Dictionary<string, string>
    {
        ["StackName"] = "pomona",
        ["Bucket"] = "pomona-123456789012-eu-west-3",
        ["QuietSeconds"] = "0",
        ["MailTopic"] = "arn:aws:sns:eu-west-3:123456789012:pomona-mails",
        ["OpenRun"] = FunctionArn("OpenRun"),
        ["MeasureDataset"] = FunctionArn("MeasureDataset"),
        ["PlanRun"] = FunctionArn("PlanRun"),
        ["ComposeMail"] = FunctionArn("ComposeMail"),
        ["CloseRun"] = FunctionArn("CloseRun"),
        ["CostPeriod"] = FunctionArn("CostPeriod"),
        ["ReportCosts"] = FunctionArn("ReportCosts"),
        ["ClusterServiceRole"] = "pomona-ClusterServiceRole",
        ["ClusterInstanceProfile"] = "pomona-ClusterInstanceProfile",
        ["ClusterSecurity"] = "pomona-ClusterSecurity",
    };

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        _stepFunctions?.Dispose();
        if (_moto is not null)
            await _moto.DisposeAsync();
        await _front.DisposeAsync();
    }

    /// <summary>Forgets what happened before: each test calls it first.</summary>
    internal async Task BeginAsync()
    {
        if (_moto is null)
        {
            _moto = new MotoServer(_front.Port);
            await _moto.InitializeAsync();
            _stepFunctions = new StepFunctions(_moto.Port);
        }

        _front.Emr = new SimulatedEmr();
        _front.Functions = new SimulatedFunctions();
        _front.Mails = new();
        _front.CostQuestions.Clear();
        _front.BeforeMail = null;
        ContractFunctions.AnswerAll(_front.Functions);
        Emr.OnStep = arguments => Answer(arguments, succeed: true);
    }

    internal void RefuseMails(Action refuse) => _front.BeforeMail = refuse;

    /// <summary>Answers the workflow in the place of FinishRun or WatchCluster, as soon as it waits.</summary>
    internal void Answer(IReadOnlyList<string> step, bool succeed, string error = "Pomona.StepFailed", string cause = "")
    {
        var token = step[step.ToList().IndexOf("--task-token") + 1];
        _ = Task.Run(async () =>
        {
            await Task.Delay(200);
            if (succeed)
                await StepFunctions.CallAsync("SendTaskSuccess", new JsonObject { ["taskToken"] = token, ["output"] = ContractFunctions.Summary().ToJsonString() });
            else
                await StepFunctions.CallAsync("SendTaskFailure", new JsonObject { ["taskToken"] = token, ["error"] = error, ["cause"] = cause });
        });
    }

    internal async Task<string> StartAsync(Definition definition, JsonObject input, int heartbeatSeconds = 300)
    {
        var number = Interlocked.Increment(ref _executions);
        var text = definition.ForTest(Substitutions, heartbeatSeconds);
        if (!_machines.TryGetValue(text, out var machine))
        {
            var created = await StepFunctions.CallAsync("CreateStateMachine", new JsonObject
            {
                ["name"] = $"machine-{number}",
                ["definition"] = text,
                ["roleArn"] = "arn:aws:iam::123456789012:role/pomona-PipelineRole",
            });
            _machines[text] = machine = (string)created["stateMachineArn"]!;
        }

        var execution = await StepFunctions.CallAsync("StartExecution", new JsonObject
        {
            ["stateMachineArn"] = machine,
            ["name"] = $"fruits-{number}",
            ["input"] = input.ToJsonString(),
        });
        return (string)execution["executionArn"]!;
    }

    internal async Task<Outcome> EndOfAsync(string execution)
    {
        for (var waited = 0; waited < 3000; waited++)
        {
            var described = await StepFunctions.CallAsync("DescribeExecution", new JsonObject { ["executionArn"] = execution });
            if ((string)described["status"]! != "RUNNING")
                return await ReadAsync(execution, described);

            await Task.Delay(100);
        }

        throw new TimeoutException("The execution did not end within five minutes; its last states: "
            + string.Join(", ", (await StatesAsync(execution)).TakeLast(5)));
    }

    internal async Task<Outcome> RunAsync(Definition definition, JsonObject? input = null, int heartbeatSeconds = 300)
        => await EndOfAsync(await StartAsync(definition, input ?? new JsonObject { ["dataset"] = "fruits", ["now"] = true }, heartbeatSeconds));

    private async Task<Outcome> ReadAsync(string execution, JsonNode described)
    {
        var events = await EventsAsync(execution);
        var failed = events.LastOrDefault(entry => (string)entry!["type"]! == "ExecutionFailed")?["executionFailedEventDetails"];
        return new Outcome(
            (string)described["status"]!,
            (string?)failed?["error"],
            (string?)failed?["cause"],
            described["output"] is { } output ? JsonNode.Parse((string)output!) : null,
            await StatesAsync(execution));
    }

    private async Task<IReadOnlyList<string>> StatesAsync(string execution)
        => [.. (await EventsAsync(execution)).Select(entry => (string?)entry!["stateEnteredEventDetails"]?["name"]).OfType<string>()];

    private async Task<JsonArray> EventsAsync(string execution)
    {
        var history = await StepFunctions.CallAsync("GetExecutionHistory", new JsonObject { ["executionArn"] = execution });
        return history["events"]!.AsArray();
    }

    private static string FunctionArn(string name) => $"arn:aws:lambda:eu-west-3:123456789012:function:{name}";
}
