using System.Text;
using Pomona.Contracts;
using Pomona.Functions.Runs;
using Pomona.Functions.Tests.Fakes;

namespace Pomona.Functions.Tests;

public sealed class FinishRunTests
{
    private readonly Stack _stack = new();
    private readonly PlayedCall _context = new();

    [Fact]
    public async Task A_repeated_marker_answers_the_workflow_once_and_leaves_a_running_one_its_cluster()
    {
        _stack.Executions.Waiting[Stack.Token] = true;
        _stack.Executions.Run(Stack.ExecutionName);
        _stack.AddCluster();
        _stack.AddMarker();

        for (var i = 0; i < 5; i++)
            await HandleAsync(Stack.MarkerKey, Stack.MarkerKey);

        Assert.Single(_stack.Executions.Succeeded);
        Assert.Empty(_stack.Clusters.Terminated);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_marker_of_a_vanished_or_ended_workflow_ends_its_own_cluster(bool ended)
    {
        if (ended)
            _stack.Executions.End(Stack.ExecutionName);
        _stack.AddCluster();
        _stack.AddCluster("j-OTHER");
        _stack.AddMarker();

        await HandleAsync(Stack.MarkerKey);
        await HandleAsync(Stack.MarkerKey);

        Assert.Equal([Stack.ClusterId], _stack.Clusters.Terminated);
    }

    [Fact]
    public async Task A_cluster_that_is_not_tagged_as_ours_is_never_ended()
    {
        _stack.AddCluster(stack: "someone-elses");
        _stack.AddMarker();
        await HandleAsync(Stack.MarkerKey);

        _stack.AddCluster(stack: null);
        await HandleAsync(Stack.MarkerKey);

        Assert.Empty(_stack.Clusters.Terminated);
    }

    [Fact]
    public async Task A_marker_cannot_name_another_run_s_cluster()
    {
        var cluster = _stack.AddCluster("j-OTHER");
        _stack.Clusters.Add(cluster with { Tags = new Dictionary<string, string>(cluster.Tags) { ["pomona:run"] = "20261121T000000Z-00000000" } });
        _stack.AddMarker(clusterId: "j-OTHER");

        await HandleAsync(Stack.MarkerKey);

        Assert.Empty(_stack.Clusters.Terminated);
    }

    [Theory]
    [InlineData("j-1; rm -rf /")]
    [InlineData("J-1")]
    [InlineData("j-")]
    [InlineData("j-../x")]
    public async Task A_hostile_cluster_id_is_not_even_asked_for(string id)
    {
        _stack.Clusters.Before = (operation, _) => Assert.Fail(operation);
        _stack.AddMarker(clusterId: id);

        await HandleAsync(Stack.MarkerKey);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"version":2}""")]
    [InlineData("""{"version":3,"summary":{"dataset":"fruits","run":"20261121T130455Z-3f9a2c1b","explainedVariance":0.5}}""")]
    [InlineData("""{"version":2,"summary":{"dataset":"fruits","run":"20261121T130455Z-3f9a2c1b","explainedVariance":0.5,"images":-1}}""")]
    [InlineData("""{"version":1}""")]
    [InlineData("""{"version":1,"summary":{"dataset":"leaves","run":"20261121T130455Z-3f9a2c1b"},"taskToken":"AQCEAAAAKgAAAAMAAAAAAAAAAT0ken","clusterId":"j-1ABCDEFGHIJKL"}""")]
    public async Task A_malformed_or_foreign_marker_does_nothing(string content)
    {
        _stack.Executions.Waiting[Stack.Token] = true;
        _stack.AddCluster();
        _stack.Bucket[Stack.MarkerKey] = Encoding.UTF8.GetBytes(content);

        await HandleAsync(Stack.MarkerKey);

        Assert.Empty(_stack.Executions.Succeeded);
        Assert.Empty(_stack.Clusters.Terminated);
    }

    [Fact]
    public async Task A_marker_that_a_cluster_of_an_earlier_version_wrote_answers_with_the_token_that_it_holds()
    {
        _stack.Executions.Waiting[Stack.Token] = true;
        _stack.AddMarker(token: null);
        var marker = Encoding.UTF8.GetString(_stack.Bucket[Stack.MarkerKey]);
        _stack.Bucket[Stack.MarkerKey] = Encoding.UTF8.GetBytes(
            marker.Replace("{\"version\":2,", $"{{\"version\":1,\"taskToken\":\"{Stack.Token}\",", StringComparison.Ordinal));

        await HandleAsync(Stack.MarkerKey);

        Assert.Single(_stack.Executions.Succeeded);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("\"AQCEAAAAKgAAAAMAAAAAAAAAAT0ken\"")]
    public async Task What_is_no_waiting_task_answers_nobody_and_its_cluster_is_still_ended(string content)
    {
        _stack.Executions.End(Stack.ExecutionName);
        _stack.AddCluster();
        _stack.AddMarker();
        _stack.Bucket[Stack.WaitingTaskKey] = Encoding.UTF8.GetBytes(content);

        await HandleAsync(Stack.MarkerKey);

        Assert.Empty(_stack.Executions.Succeeded);
        Assert.Equal([Stack.ClusterId], _stack.Clusters.Terminated);
        Assert.DoesNotContain(_context.Lines, line => line.Contains(Stack.Token, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_huge_marker_is_not_read()
    {
        _stack.Executions.Waiting[Stack.Token] = true;
        _stack.AddMarker();
        _stack.Bucket[Stack.MarkerKey] = [.. _stack.Bucket[Stack.MarkerKey], .. new string(' ', RunMarker.LargestFile).Select(c => (byte)c)];

        await HandleAsync(Stack.MarkerKey);

        Assert.Empty(_stack.Executions.Succeeded);
    }

    [Theory]
    [InlineData("runs/fruits/latest/_SUCCESS")]
    [InlineData("runs/fruits/20261121T130455Z-3f9a2c1b/features/_SUCCESS")]
    [InlineData("datasets/fruits/_SUCCESS")]
    [InlineData("runs/fruits/20261121T130455Z-3f9a2c1b/_SUCCESS%0A")]
    public async Task A_key_that_is_no_marker_s_is_not_read(string key)
    {
        _stack.Bucket.Before = (operation, _) => Assert.Fail(operation);

        await HandleAsync(key);
    }

    [Fact]
    public async Task A_service_that_fails_makes_the_event_come_again()
    {
        _stack.Executions.Waiting[Stack.Token] = true;
        _stack.Executions.Before = (_, _) => throw new IOException("503");
        _stack.AddMarker();

        await Assert.ThrowsAsync<AggregateException>(() => HandleAsync(Stack.MarkerKey));
        _stack.Executions.Before = (_, _) => { };
        await HandleAsync(Stack.MarkerKey);

        Assert.Single(_stack.Executions.Succeeded);
    }

    [Fact]
    public async Task The_token_is_never_logged()
    {
        _stack.AddCluster();
        _stack.AddMarker();
        await HandleAsync(Stack.MarkerKey);
        _stack.Bucket[Stack.MarkerKey] = Encoding.UTF8.GetBytes($$"""{"version":1,"taskToken":"{{Stack.Token}}", broken""");
        await HandleAsync(Stack.MarkerKey);

        Assert.NotEmpty(_context.Lines);
        Assert.DoesNotContain(_context.Lines, line => line.Contains(Stack.Token, StringComparison.Ordinal));
    }

    private Task HandleAsync(params string[] keys) => _stack.FinishRun.HandleAsync(Uploads.Of(_stack.Bucket.Name, keys), _context);
}
