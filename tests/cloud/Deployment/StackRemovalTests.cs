using Pomona.Cloud.Account;
using Pomona.Cloud.Deployment;
using Pomona.Contracts;

namespace Pomona.Cloud.Tests.Deployment;

/// <summary>The end of a stack, in an account that is played: a run starts while another is stopped, and clusters take their time.</summary>
public sealed class StackRemovalTests : IDisposable
{
    private static readonly DeployedStack Stack = new(
        "photos", "UPDATE_COMPLETE", "b-1", "arn:aws:states:eu-west-3:123456789012:stateMachine:photos-pipeline",
        new Dictionary<string, string>(), new Dictionary<string, string>());

    private readonly PlayedTools _tools = new(withSam: false);

    public void Dispose() => _tools.Dispose();

    [AwsFact]
    public async Task Runs_are_stopped_and_clusters_ended_until_neither_is_left_and_only_then_the_stack_is_deleted()
    {
        PlayAccount("DELETE_COMPLETE");
        var said = new List<string>();
        var removal = Removal();

        Assert.Equal(["j-OURS"], (await removal.ClustersAsync(default)).Select(static cluster => cluster.Id));
        await removal.EmptyAsync(said.Add, default);
        await removal.DeleteAsync(said.Add, default);

        var did = _tools.AwsCalls.Where(static call => call[1] is "stop-execution" or "terminate-clusters" or "delete-stack").ToArray();
        Assert.Equal(["stop-execution", "terminate-clusters", "stop-execution", "delete-stack"], did.Select(static call => call[1]));
        Assert.Equal(["emr", "terminate-clusters", "--cluster-ids", "j-OURS"], did[1]);
        Assert.Contains("cluster j-OURS is TERMINATING", said);
        Assert.Equal("the stack photos is DELETE_COMPLETE", said[^1]);
        // A stranger's cluster is looked at once, and never touched.
        Assert.Single(_tools.AwsCalls, static call => call[1] == "describe-cluster" && call[3].Contains("j-THEIRS", StringComparison.Ordinal));
        Assert.Equal(string.Empty, KnownAwsCalls.UnknownOf(_tools.AwsCalls));
    }

    [AwsFact]
    public async Task A_cluster_of_a_run_that_began_just_before_the_stack_went_is_ended_too()
    {
        PlayAccount("DELETE_COMPLETE");

        await Removal().DeleteAsync(static _ => { }, default);

        var did = _tools.AwsCalls.Where(static call => call[1] is "terminate-clusters" or "delete-stack").ToArray();
        Assert.Equal(["delete-stack", "terminate-clusters"], did.Select(static call => call[1]));
        Assert.Equal(["emr", "terminate-clusters", "--cluster-ids", "j-OURS"], did[1]);
    }

    [Fact]
    public async Task A_stack_that_cannot_be_deleted_is_said_with_CloudFormation_s_reason()
    {
        PlayAccount("DELETE_FAILED");

        var failure = await Assert.ThrowsAsync<PomonaException>(() => Removal().DeleteAsync(static _ => { }, default));

        Assert.Contains("is DELETE_FAILED: a bucket is not empty; no cluster of it is left", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_stays_is_named_with_how_to_remove_it_and_a_company_s_own_bucket_is_never_to_be_deleted()
    {
        Assert.Contains(Removal().Staying(), static staying => staying.Remove.Contains("aws s3api delete-bucket --bucket b-1", StringComparison.Ordinal));
        var company = new StackRemoval(
            _tools.AsProgram(), Stack with { Parameters = new Dictionary<string, string> { ["ExistingBucket"] = "b-1" } }, TimeProvider.System);

        Assert.All(company.Staying(), static staying => Assert.DoesNotContain("delete-bucket", staying.Remove, StringComparison.Ordinal));
        Assert.Contains(company.Staying(), static staying => staying.What.Contains("ElasticMapReduce-*", StringComparison.Ordinal));
    }

    private StackRemoval Removal() => new(_tools.AsProgram(), Stack, TimeProvider.System) { Period = TimeSpan.Zero };

    private void PlayAccount(string end)
    {
        // The second run begins when the first has been stopped; the cluster is TERMINATING for one look.
        const string Execution = """{"executionArn": "arn:aws:states:eu-west-3:123456789012:execution:photos-pipeline:'$1'", "stateMachineArn": "x", "name": "'$1'", "status": "RUNNING", "startDate": 0}""";
        _tools.Aws(
            ("stepfunctions list-executions", $$"""stopped="$(grep -c stop-execution "$state/calls")"; set -- "run-$stopped"; if [ "$stopped" -lt 2 ]; then echo '{"executions": [{{Execution}}]}'; else echo '{"executions": []}'; fi"""),
            ("emr list-clusters", """if [ "$(cat "$state/looked" 2> /dev/null || echo 0)" -ge 2 ]; then echo '{"Clusters": [{"Id": "j-THEIRS"}]}'; else echo '{"Clusters": [{"Id": "j-OURS"}, {"Id": "j-THEIRS"}]}'; fi"""),
            ("emr describe-cluster", """
                case "${words[3]}" in
                    *j-OURS*)
                        if grep -q terminate-clusters "$state/calls"; then echo $(($(cat "$state/looked" 2> /dev/null || echo 0) + 1)) > "$state/looked"; now=TERMINATING; else now=RUNNING; fi
                        echo '{"Cluster": {"Id": "j-OURS", "Status": {"State": "'$now'"}, "Tags": [{"Key": "pomona:stack", "Value": "photos"}]}}' ;;
                    *) echo '{"Cluster": {"Id": "j-THEIRS", "Status": {"State": "RUNNING"}, "Tags": [{"Key": "pomona:stack", "Value": "photos-2"}]}}' ;;
                esac
                """),
            ("cloudformation describe-stacks", $$"""echo '{"Stacks": [{"StackId": "arn:aws:cloudformation:eu-west-3:123456789012:stack/photos/1", "StackName": "photos", "StackStatus": "{{end}}", "StackStatusReason": "a bucket is not empty"}]}'"""));
    }
}
