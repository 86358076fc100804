using System.Text.Json.Nodes;
using Pomona.Cloud.Account;
using Pomona.Contracts;

namespace Pomona.Cloud.Deployment;

/// <summary>
/// The end of a stack. What ends clusters goes with it, so first every run is stopped and every cluster ended, at once, until neither is
/// left; a cluster is the stack's by its tag, never by its name.
/// </summary>
/// <param name="aws">The account.</param>
/// <param name="stack">The stack.</param>
/// <param name="time">The clock.</param>
internal sealed class StackRemoval(AwsProgram aws, DeployedStack stack, TimeProvider time)
{
    /// <summary>How long clusters may take to end, and CloudFormation to delete: EMR's own takes minutes.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(40);

    private readonly HashSet<string> _strangers = new(StringComparer.Ordinal);

    /// <summary>How long to wait between two looks.</summary>
    public TimeSpan Period { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The runs' executions that are on, by ARN.</summary>
    public async Task<IReadOnlyList<string>> RunningAsync(CancellationToken cancellation)
    {
        var answer = await aws.AskAsync(
            "stepfunctions", "list-executions", new JsonObject { ["stateMachineArn"] = stack.Pipeline, ["statusFilter"] = "RUNNING" }, cancellation);
        return [.. (answer["executions"] as JsonArray ?? []).Select(static execution => (string)execution!["executionArn"]!)];
    }

    /// <summary>The stack's clusters that still cost money, with their states.</summary>
    public async Task<IReadOnlyList<(string Id, string State)>> ClustersAsync(CancellationToken cancellation)
    {
        var listed = await aws.AskAsync(
            "emr", "list-clusters",
            new JsonObject { ["ClusterStates"] = new JsonArray("STARTING", "BOOTSTRAPPING", "RUNNING", "WAITING", "TERMINATING") },
            cancellation);
        var own = new List<(string, string)>();
        foreach (var id in (listed["Clusters"] as JsonArray ?? []).Select(static cluster => (string)cluster!["Id"]!).Where(id => !_strangers.Contains(id)))
        {
            // The command line has a command of its own for this, which takes no JSON.
            var answer = JsonText.TryReadObject(await aws.RunAsync(["emr", "describe-cluster", "--cluster-id", AwsProgram.Word(id), "--output", "json"], cancellation))
                ?? throw new PomonaException(ExitCode.Account, $"'aws emr describe-cluster' answered something other than JSON of {id}.");
            if ((answer.At("Cluster", "Tags") as JsonArray ?? []).Any(tag => tag.At("Key").AsText() == ClusterTags.Stack && tag.At("Value").AsText() == stack.Name))
                own.Add((id, answer.At("Cluster", "Status", "State").AsText() ?? string.Empty));
            else
                _strangers.Add(id);
        }

        return own;
    }

    /// <summary>Stops runs and ends clusters until neither is left: what starts meanwhile is stopped too.</summary>
    /// <exception cref="PomonaException">A cluster does not end.</exception>
    public Task EmptyAsync(Action<string> say, CancellationToken cancellation) => EmptyAsync(RunningAsync, "the stack stays, because it is what ends clusters; look at them with 'aws emr describe-cluster', then run the same command again", say, cancellation);

    private async Task EmptyAsync(
        Func<CancellationToken, Task<IReadOnlyList<string>>> runningAsync, string advice, Action<string> say, CancellationToken cancellation)
    {
        var (began, told) = (time.GetTimestamp(), new HashSet<string>(StringComparer.Ordinal));
        while (true)
        {
            var running = await runningAsync(cancellation);
            foreach (var execution in running)
            {
                say($"stopping {execution.Split(':')[^1]}");
                await aws.AskAsync(
                    "stepfunctions", "stop-execution",
                    new JsonObject { ["executionArn"] = execution, ["error"] = "Pomona.Undeployed", ["cause"] = "The stack is being removed." },
                    cancellation);
            }

            var clusters = await ClustersAsync(cancellation);
            foreach (var (id, state) in clusters)
            {
                if (told.Add($"{id} {state}"))
                    say($"cluster {id} is {state}");
                if (state != "TERMINATING" && told.Add(id))
                {
                    await aws.RunAsync(["emr", "modify-cluster-attributes", "--cluster-id", AwsProgram.Word(id), "--no-termination-protected"], cancellation);
                    await aws.RunAsync(["emr", "terminate-clusters", "--cluster-ids", AwsProgram.Word(id)], cancellation);
                }
            }

            if (running.Count == 0 && clusters.Count == 0)
                return;
            if (time.GetElapsedTime(began) > Longest)
                throw new PomonaException(ExitCode.Account, $"{string.Join(", ", clusters.Select(static cluster => cluster.Id))} did not end in {Longest.TotalMinutes:0} minutes: {advice}.");
            await Task.Delay(Period, time, cancellation);
        }
    }

    /// <summary>
    /// Deletes the stack, and waits until it is gone. An upload may have begun a run in the moment before, whose cluster nothing of the
    /// stack would end any more: it is ended here.
    /// </summary>
    /// <exception cref="PomonaException">CloudFormation could not delete it, or a cluster does not end.</exception>
    public async Task DeleteAsync(Action<string> say, CancellationToken cancellation)
    {
        // By its id: the name says nothing any more once it is gone, or is somebody else's.
        var id = (string?)(await aws.AskAsync("cloudformation", "describe-stacks", new JsonObject { ["StackName"] = stack.Name }, cancellation))["Stacks"]?[0]?["StackId"] ?? stack.Name;
        await aws.AskAsync("cloudformation", "delete-stack", new JsonObject { ["StackName"] = id }, cancellation);
        for (var (began, said) = (time.GetTimestamp(), string.Empty); ; await Task.Delay(Period, time, cancellation))
        {
            var now = (await aws.AskAsync("cloudformation", "describe-stacks", new JsonObject { ["StackName"] = id }, cancellation))["Stacks"]?[0];
            var status = (string?)now?["StackStatus"] ?? string.Empty;
            if (status != said)
                say($"the stack {stack.Name} is {said = status}");
            if (status == "DELETE_COMPLETE")
                break;
            if (status == "DELETE_FAILED" || time.GetElapsedTime(began) > Longest)
                throw new PomonaException(ExitCode.Account, $"the stack {stack.Name} is {status}: {Printable.Excerpt((string?)now?["StackStatusReason"] ?? "CloudFormation says no more", 300).TrimEnd('.')}; no cluster of it is left, mend that and run the same command again.");
        }

        await EmptyAsync(static _ => Task.FromResult<IReadOnlyList<string>>([]), "the stack is gone and nothing else ends them; look at them with 'aws emr describe-cluster', and end them with 'aws emr terminate-clusters'", say, cancellation);
    }

    /// <summary>What stays, each with how to remove it.</summary>
    public IEnumerable<(string What, string Remove)> Staying()
    {
        var ownBucket = string.IsNullOrEmpty(stack.Parameters.GetValueOrDefault("ExistingBucket"));
        yield return (
            $"the bucket {stack.Bucket}, with images, results, clusters' logs and old versions{(ownBucket ? string.Empty : "; it was there before")}",
            ownBucket
                ? $"aws s3 rm --recursive s3://{stack.Bucket}, then its old versions (docs/deploying.md), then aws s3api delete-bucket --bucket {stack.Bucket}"
                : "what is under datasets/, runs/, locks/, artifacts/, costs/ and logs/ is Pomona's");
        yield return (
            "EMR's security groups ElasticMapReduce-* in the subnets' VPC, which any other cluster there uses too",
            "aws ec2 describe-security-groups --filters Name=group-name,Values=ElasticMapReduce-*, take their rules out (they name each other), then aws ec2 delete-security-group --group-id …");
        yield return ("AWS's roles AWSServiceRoleForEMRCleanup and AWSServiceRoleForEC2Spot, and EMR's block on public access", "leave them: they cost nothing, and the account's other clusters use them");
        yield return ("what Cost Explorer and the bill know of the runs, by the tags pomona:stack and pomona:run", "nothing removes it");
    }
}
