using System.Text.Json;
using Amazon.Lambda.SNSEvents;
using Pomona.Functions.Tests.Fakes;

namespace Pomona.Functions.Tests;

public sealed class WatchClusterTests
{
    private readonly Stack _stack = new();
    private readonly PlayedCall _context = new();

    [Fact]
    public async Task Whatever_the_order_and_repetition_of_events_the_task_fails_once()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var stack = new Stack();
            stack.Executions.Waiting[Stack.Token] = true;
            stack.AddCluster(state: "TERMINATED_WITH_ERRORS", stepState: "CANCELLED");
            var random = new Random(seed);
            string[] events =
            [
                StepEvent("PENDING"), StepEvent("RUNNING"), StepEvent("CANCELLED"), ClusterEvent("RUNNING"),
                ClusterEvent("TERMINATING"), ClusterEvent("TERMINATED_WITH_ERRORS"), ExecutionEvent("RUNNING"),
                StepEvent("CANCELLED"), ClusterEvent("TERMINATED_WITH_ERRORS"), ExecutionEvent("FAILED"),
            ];
            random.Shuffle(events);
            foreach (var message in events)
                await stack.WatchCluster.HandleAsync(Sns(message), new PlayedCall());

            Assert.Single(stack.Executions.Failed);
            Assert.Empty(stack.Clusters.Terminated);
        }
    }

    [Fact]
    public async Task An_event_that_lies_about_a_healthy_step_or_cluster_fails_nothing()
    {
        _stack.Executions.Waiting[Stack.Token] = true;
        _stack.AddCluster(stepState: "RUNNING");

        // EMR may be behind its own event, so that it is tried again, but nothing is done on the event's word alone.
        await Assert.ThrowsAsync<AggregateException>(() => HandleAsync(StepEvent("FAILED")));
        await Assert.ThrowsAsync<AggregateException>(() => HandleAsync(ClusterEvent("TERMINATED")));

        Assert.Empty(_stack.Executions.Failed);
    }

    [Fact]
    public async Task A_completed_step_is_left_to_its_marker()
    {
        _stack.Executions.Waiting[Stack.Token] = true;
        _stack.AddCluster(state: "TERMINATED", stepState: "COMPLETED");

        await HandleAsync(StepEvent("FAILED"), ClusterEvent("TERMINATED"), StepEvent("COMPLETED"));

        Assert.Empty(_stack.Executions.Failed);
    }

    [Theory]
    [InlineData("someone-elses")]
    [InlineData(null)]
    public async Task Clusters_of_others_are_none_of_our_business(string? stack)
    {
        _stack.Executions.Waiting[Stack.Token] = true;
        _stack.AddCluster(state: "TERMINATED_WITH_ERRORS", stepState: "FAILED", stack: stack);

        await HandleAsync(StepEvent("FAILED"), ClusterEvent("TERMINATED_WITH_ERRORS"));

        Assert.Empty(_stack.Executions.Failed);
    }

    [Theory]
    [InlineData("ABORTED", true)]
    [InlineData("TIMED_OUT", true)]
    [InlineData("FAILED", true)]
    [InlineData("SUCCEEDED", false)]
    [InlineData("RUNNING", false)]
    public async Task A_workflow_that_did_not_end_well_has_its_cluster_ended(string status, bool ends)
    {
        _stack.Executions.End(Stack.ExecutionName);
        _stack.AddCluster();

        await HandleAsync(ExecutionEvent(status), ExecutionEvent(status));

        Assert.Equal(ends ? [Stack.ClusterId] : [], _stack.Clusters.Terminated);
    }

    [Fact]
    public async Task A_workflow_that_runs_again_keeps_its_cluster()
    {
        _stack.Executions.Run(Stack.ExecutionName);
        _stack.AddCluster();

        await HandleAsync(ExecutionEvent("FAILED"));

        Assert.Empty(_stack.Clusters.Terminated);
    }

    [Fact]
    public async Task Another_state_machine_s_execution_ends_nothing()
    {
        _stack.Clusters.Before = (operation, _) => Assert.Fail(operation);

        await HandleAsync(ExecutionEvent("ABORTED", "arn:aws:states:eu-west-3:123456789012:execution:other:x"));
    }

    [Fact]
    public async Task One_event_that_fails_does_not_stop_the_others()
    {
        _stack.Executions.Waiting[Stack.Token] = true;
        _stack.AddCluster(state: "WAITING", stepState: "FAILED");
        _stack.Clusters.Before = (operation, id) =>
        {
            if (id == "j-BAD")
                throw new IOException("throttled");
        };

        await Assert.ThrowsAsync<AggregateException>(() => HandleAsync(ClusterEvent("TERMINATED", "j-BAD"), StepEvent("FAILED")));

        Assert.Single(_stack.Executions.Failed);
    }

    [Fact]
    public async Task The_token_is_never_logged()
    {
        _stack.Executions.Waiting[Stack.Token] = true;
        _stack.AddCluster(state: "WAITING", stepState: "FAILED");

        await HandleAsync(StepEvent("FAILED"));

        Assert.NotEmpty(_context.Lines);
        Assert.DoesNotContain(_context.Lines, line => line.Contains(Stack.Token, StringComparison.Ordinal));
    }

    private static string StepEvent(string state) => Event("aws.emr", "EMR Step Status Change", new()
    {
        ["clusterId"] = Stack.ClusterId,
        ["stepId"] = Stack.StepId,
        ["state"] = state,
    });

    private static string ClusterEvent(string state, string id = Stack.ClusterId) => Event("aws.emr", "EMR Cluster State Change", new()
    {
        ["clusterId"] = id,
        ["state"] = state,
    });

    private static string ExecutionEvent(string status, string? arn = null) => Event("aws.states", "Step Functions Execution Status Change", new()
    {
        ["executionArn"] = arn ?? Stack.ExecutionArn,
        ["status"] = status,
    });

    private static string Event(string source, string type, Dictionary<string, string> detail)
        => JsonSerializer.Serialize(new Dictionary<string, object> { ["source"] = source, ["detail-type"] = type, ["detail"] = detail });

    private static SNSEvent Sns(params string[] messages) => new()
    {
        Records = [.. messages.Select(message => new SNSEvent.SNSRecord { Sns = new SNSEvent.SNSMessage { Message = message } })],
    };

    private Task HandleAsync(params string[] messages) => _stack.WatchCluster.HandleAsync(Sns(messages), _context);
}
