using System.Text;
using Pomona.Functions.Clusters;
using Pomona.Functions.Executions;
using Pomona.Functions.Mails;
using Pomona.Functions.Storage;

namespace Pomona.Functions.Tests.Moto;

/// <summary>What the functions ask of S3, Step Functions, EMR and SNS, over the real wire formats.</summary>
public sealed class MotoClientsTests(MotoAccount moto) : IClassFixture<MotoAccount>
{
    private static readonly string[] StepArguments = ["run", "--task-token", "t0k"];

    [MotoFact]
    public async Task Conditional_writes_let_one_of_many_win()
    {
        var bucket = await BucketAsync("pomona-conditions");
        var content = Encoding.UTF8.GetBytes("{}");

        var taken = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(
            () => bucket.PutIfAbsentAsync("locks/a", content, "application/json", default))));
        var etag = (await bucket.GetAsync("locks/a", 100, default))!.ETag;
        var replaced = await Task.WhenAll(Enumerable.Range(0, 16).Select(n => Task.Run(
            () => bucket.PutIfMatchAsync("locks/a", Encoding.UTF8.GetBytes($"{n}"), "application/json", etag, default))));

        Assert.Single(taken, true);
        Assert.Single(replaced, true);
        Assert.False(await bucket.DeleteIfMatchAsync("locks/a", etag, default));
        Assert.True(await bucket.DeleteIfMatchAsync("locks/a", (await bucket.GetAsync("locks/a", 100, default))!.ETag, default));
        Assert.Null(await bucket.GetAsync("locks/a", 100, default));
        Assert.False(await bucket.PutIfMatchAsync("locks/a", content, "application/json", etag, default));
    }

    [MotoFact]
    public async Task Of_a_large_object_only_the_first_bytes_are_read()
    {
        var bucket = await BucketAsync("pomona-large");
        await bucket.PutAsync("x", new byte[5000], "text/plain", default);

        var whole = await bucket.GetAsync("x", 5000, default);
        var part = await bucket.GetAsync("x", 100, default);

        Assert.Equal((5000, false), (whole!.Content.Length, whole.Truncated));
        Assert.Equal((100, true), (part!.Content.Length, part.Truncated));
    }

    [MotoFact]
    public async Task A_listing_goes_over_its_pages_in_key_order()
    {
        var bucket = await BucketAsync("pomona-pages");
        string[] keys = ["datasets/f/a.jpg", "datasets/f/a/b c.jpg", "datasets/f/a+b.jpg", "datasets/f/é.jpg", "datasets/f/漢.jpg", "datasets/f/🍎.jpg", "datasets/g/x.jpg",
            .. Enumerable.Range(0, 1100).Select(n => $"datasets/f/n/{n:D4}.jpg")];
        await Parallel.ForEachAsync(keys, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (key, cancellation) =>
            await bucket.PutAsync(key, new byte[] { 1 }, "image/jpeg", cancellation));

        var listed = new List<string>();
        await foreach (var item in bucket.ListAsync("datasets/f/", default))
            listed.Add(item.Key);

        Assert.Equal(
            keys.Where(k => k.StartsWith("datasets/f/", StringComparison.Ordinal)).Order(Contracts.KeyOrder.Instance), listed);
    }

    [MotoFact]
    public async Task Executions_are_started_once_described_and_answered()
    {
        using var client = moto.StepFunctions();
        var machine = (await moto.CallAsync("states", "AWSStepFunctions.CreateStateMachine", "1.0", new
        {
            name = "pomona-clients",
            roleArn = $"arn:aws:iam::{MotoAccount.Account}:role/pomona",
            definition = """{"StartAt":"Wait","States":{"Wait":{"Type":"Wait","Seconds":3600,"End":true}}}""",
        })).GetProperty("stateMachineArn").GetString()!;
        var executions = new StepFunctionsExecutions(client, machine);

        const string Input = """{"dataset":"fruits"}""";
        Assert.True(await executions.StartAsync("one", Input, default));
        Assert.True(await executions.StartAsync("one", Input, default));
        Assert.False(await executions.StartAsync("one", """{"dataset":"other"}""", default));

        Assert.Equal(new FoundExecution(ExecutionState.Running, Input), await executions.FindAsync(executions.ArnOf("one"), default));
        Assert.Equal(ExecutionState.Running, await executions.StateAsync(executions.ArnOf("one"), default));
        Assert.Equal(ExecutionState.Missing, await executions.StateAsync(executions.ArnOf("two"), default));
        Assert.True(executions.IsOurs(executions.ArnOf("one")));
        await moto.CallAsync("states", "AWSStepFunctions.StopExecution", "1.0", new { executionArn = executions.ArnOf("one") });
        Assert.Equal(ExecutionState.Ended, await executions.StateAsync(executions.ArnOf("one"), default));
        Assert.False(await executions.StartAsync("one", Input, default));

        // Only moto's executing back end knows tokens, and it has never seen these.
        await moto.ConfigureAsync("""{"stepfunctions":{"execute_state_machine":true}}""");
        Assert.False(await executions.SucceedTaskAsync("never-seen", "{}", default));
        Assert.False(await executions.FailTaskAsync("never-seen", "Pomona.StepFailed", new string('x', 100_000), default));
    }

    [MotoFact]
    public async Task Clusters_are_listed_described_and_ended_even_when_protected()
    {
        using var client = moto.Emr();
        var clusters = new EmrClusters(client);
        var id = (await moto.CallAsync("elasticmapreduce", "ElasticMapReduce.RunJobFlow", "1.1", new
        {
            Name = "pomona",
            ReleaseLabel = "emr-7.7.0",
            JobFlowRole = "EMR_EC2_DefaultRole",
            ServiceRole = "EMR_DefaultRole",
            Instances = new { MasterInstanceType = "m5.xlarge", SlaveInstanceType = "m5.xlarge", InstanceCount = 2, KeepJobFlowAliveWhenNoSteps = true, TerminationProtected = true },
            Tags = new[] { new { Key = ClusterTags.Stack, Value = "pomona" }, new { Key = ClusterTags.Run, Value = "été" } },
            Steps = new[] { new { Name = "job", ActionOnFailure = "CONTINUE", HadoopJarStep = new { Jar = "command-runner.jar", Args = StepArguments } } },
        })).GetProperty("JobFlowId").GetString()!;

        var cluster = (await clusters.DescribeAsync(id, default))!;
        var steps = new List<StepInfo>();
        await foreach (var step in clusters.StepsAsync(id, default))
            steps.Add(step);
        var active = new List<string>();
        await foreach (var one in clusters.ActiveAsync(default))
            active.Add(one);

        Assert.True(cluster.IsActive);
        Assert.True(cluster.TerminationProtected);
        Assert.Equal(("pomona", "été"), (cluster.Tag(ClusterTags.Stack), cluster.Tag(ClusterTags.Run)));
        var told = (await moto.CallAsync("elasticmapreduce", "ElasticMapReduce.DescribeCluster", "1.1", new { ClusterId = id }))
            .GetProperty("Cluster").GetProperty("Status").GetProperty("Timeline").GetProperty("CreationDateTime").GetDouble();
        Assert.Equal(DateTimeOffset.UnixEpoch.AddSeconds(told), cluster.CreatedAt!.Value, TimeSpan.FromSeconds(1));
        Assert.Equal("t0k", Assert.Single(steps).TaskToken);
        Assert.Equal("t0k", (await clusters.DescribeStepAsync(id, steps[0].Id, default))!.TaskToken);
        Assert.Contains(id, active);

        await clusters.TerminateAsync(cluster, default);
        await clusters.TerminateAsync((await clusters.DescribeAsync(id, default))!, default);
        Assert.False((await clusters.DescribeAsync(id, default))!.IsActive);
    }

    [MotoFact]
    public async Task Mails_are_published_with_subject_and_text_whole()
    {
        using var client = moto.Sns();
        using var http = new HttpClient();
        var topic = $"arn:aws:sns:{MotoAccount.Region}:{MotoAccount.Account}:pomona";
        using var create = new FormUrlEncodedContent(new Dictionary<string, string> { ["Action"] = "CreateTopic", ["Name"] = "pomona", ["Version"] = "2010-03-31" });
        using var request = new HttpRequestMessage(HttpMethod.Post, moto.Url) { Content = create };
        request.Headers.TryAddWithoutValidation("Authorization", $"AWS4-HMAC-SHA256 Credential=test/20261121/{MotoAccount.Region}/sns/aws4_request, SignedHeaders=host, Signature=0");
        using var created = await http.SendAsync(request);
        Assert.True(created.IsSuccessStatusCode);

        await new SnsMailbox(client, topic).SendAsync(new Mail("Pomona : fini", "Prêt.\nÀ 100 % & plus="), default);

        var sent = await http.GetStringAsync(moto.Url + "/moto-api/data.json");
        Assert.Contains("Pomona : fini", sent, StringComparison.Ordinal);
        await Assert.ThrowsAsync<Amazon.SimpleNotificationService.Model.NotFoundException>(
            () => new SnsMailbox(client, topic + "x").SendAsync(new Mail("a", "b"), default));
    }

    private async Task<S3Bucket> BucketAsync(string name)
    {
        var s3 = moto.S3();
        await MotoAccount.CreateBucketAsync(s3, name);
        return new S3Bucket(s3, name);
    }
}
