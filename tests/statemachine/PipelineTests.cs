using System.Text.Json.Nodes;
using Pomona.Contracts;
using Pomona.Local.Emr;
using Pomona.Local.Faults;

namespace Pomona.StateMachine.Tests;

/// <summary>Whole runs of statemachine/pipeline.asl.json in an interpreter, with everything that may go wrong around them.</summary>
public sealed partial class PipelineTests(Workflow workflow) : IClassFixture<Workflow>
{
    private static JsonObject ByUpload => new() { ["dataset"] = "fruits", ["run"] = "20261121T130455Z-3f9a2c1b" };

    [MotoFact]
    public async Task A_run_rents_a_cluster_does_the_job_mails_twice_and_ends_the_cluster()
    {
        await workflow.BeginAsync();

        var outcome = await workflow.RunAsync(Definition.Pipeline);

        AssertSucceeded(outcome);
        Assert.Equal("finished", (string?)outcome.Output!["outcome"]);
        Assert.Equal(997, (int?)outcome.Output["summary"]!["images"]);
        Assert.Equal(["Pomona: ready", "Pomona: finished"], workflow.Mails.Select(mail => mail.Subject));
        Assert.Equal("exact", (string?)Assert.Single(workflow.Functions.Inputs("PlanRun"))["decode"]);
        var close = Assert.Single(workflow.Functions.Inputs("CloseRun"));
        Assert.Equal("finished", (string?)close["outcome"]);
        Assert.Equal(ContractFunctions.Fingerprint, (string?)close["fingerprint"]);
        AssertOneClusterRentedAndEnded();
        AssertClosedAfterTheClusterEnded(outcome);
    }

    [MotoFact]
    public async Task The_cluster_carries_the_tags_by_which_every_other_part_knows_it()
    {
        await workflow.BeginAsync();
        var execution = await workflow.StartAsync(Definition.Pipeline, new JsonObject { ["dataset"] = "fruits", ["now"] = true });
        await workflow.EndOfAsync(execution);

        var tags = Assert.Single(workflow.Emr.Clusters).Request["Tags"]!.AsArray()
            .ToDictionary(tag => (string)tag!["Key"]!, tag => (string)tag!["Value"]!);
        Assert.Equal("pomona", tags["pomona:stack"]);
        Assert.Equal("20261121T130455Z-3f9a2c1b", tags["pomona:run"]);
        Assert.Equal("fruits", tags["pomona:dataset"]);
        Assert.Equal(execution, tags["pomona:execution"]);
        Assert.Equal("43200", tags["pomona:max-seconds"]);
        Assert.Equal("true", tags["for-use-with-amazon-emr-managed-policies"]);
        Assert.Equal("photos", tags["team"]);
    }

    [MotoFact]
    public async Task Every_node_of_every_cluster_of_a_run_installs_the_bundle_that_its_plan_names()
    {
        await workflow.BeginAsync();
        workflow.ClusterFaults.FailStart(new ClusterEnd("BOOTSTRAP_FAILURE", "", WithErrors: true));

        await workflow.RunAsync(Definition.Pipeline);

        Assert.Equal(2, workflow.Emr.Clusters.Count);
        Assert.All(workflow.Emr.Clusters, cluster =>
        {
            var (_, path, arguments) = Assert.Single(cluster.BootstrapActions);
            Assert.Equal(ContractFunctions.Bundle + "bootstrap/install-node.sh", path);
            Assert.Equal([ContractFunctions.Bundle], arguments);
        });
    }

    [MotoFact]
    public async Task Primary_and_core_nodes_are_on_demand_and_task_nodes_spot_of_many_types()
    {
        await workflow.BeginAsync();
        await workflow.RunAsync(Definition.Pipeline);

        var request = Assert.Single(workflow.Emr.Clusters).Request;
        var fleets = request["Instances"]!["InstanceFleets"]!.AsArray().ToDictionary(fleet => (string)fleet!["InstanceFleetType"]!, fleet => fleet!);
        Assert.All(["MASTER", "CORE"], type => Assert.True((int)fleets[type]["TargetOnDemandCapacity"]! > 0 && fleets[type]["TargetSpotCapacity"] is null));
        var spot = fleets["TASK"]["LaunchSpecifications"]!["SpotSpecification"]!;
        Assert.Equal(("SWITCH_TO_ON_DEMAND", "price-capacity-optimized"), ((string?)spot["TimeoutAction"], (string?)spot["AllocationStrategy"]));
        Assert.InRange((int)spot["TimeoutDurationMinutes"]!, 5, 1440);
        var types = fleets["TASK"]["InstanceTypeConfigs"]!.AsArray().Select(type => (string)type!["InstanceType"]!).ToList();
        Assert.True(types.Distinct().Count() >= 10, string.Join(", ", types));
        // x86: a g after the generation is Graviton, for which there is no Spark worker.
        Assert.DoesNotContain(types, type => type[..type.IndexOf('.', StringComparison.Ordinal)].Skip(2).Contains('g'));
        Assert.InRange((int)request["AutoTerminationPolicy"]!["IdleTimeout"]!, 60, 604800);
        Assert.Equal("pomona-ClusterSecurity", (string?)request["SecurityConfiguration"]);
        Assert.Equal("s3://pomona-123456789012-eu-west-3/logs/", (string?)request["LogUri"]);
    }

    [MotoFact]
    public async Task The_step_hands_the_job_the_arguments_that_it_knows()
    {
        await workflow.BeginAsync();
        IReadOnlyList<string> step = [];
        workflow.Emr.OnStep = arguments =>
        {
            step = arguments;
            workflow.Answer(arguments, succeed: true);
        };

        var execution = await workflow.StartAsync(Definition.Pipeline, new JsonObject { ["dataset"] = "fruits", ["now"] = true });
        await workflow.EndOfAsync(execution);

        var token = step[step.ToList().IndexOf(JobArguments.TaskToken) + 1];
        Assert.Equal(
            [
                "/opt/pomona/bootstrap/run-step.sh",
                JobArguments.Command, "s3://pomona-123456789012-eu-west-3/datasets/fruits/",
                JobArguments.Output, "s3://pomona-123456789012-eu-west-3/runs/fruits/20261121T130455Z-3f9a2c1b/",
                JobArguments.Components, "50",
                JobArguments.ExifRotation, JobArguments.On,
                JobArguments.Decode, JobArguments.Exact,
                JobArguments.Engine, "spark",
                JobArguments.ExecutorMinutes, "10",
                JobArguments.UseSnapshot,
                JobArguments.TaskToken, token,
                JobArguments.ClusterId, workflow.Emr.Clusters[0].Id,
                JobArguments.ExecutionArn, execution,
            ],
            step);
        Assert.InRange(token.Length, 1, 2048);
    }

    [MotoFact]
    public async Task An_upload_is_measured_until_two_measurements_agree()
    {
        await workflow.BeginAsync();
        workflow.Functions.Will("OpenRun", static input => ContractFunctions.Open(input, manual: false));
        var measured = 0;
        workflow.Functions.Will("MeasureDataset", _ => ContractFunctions.Measure(settled: ++measured == 4));

        var outcome = await workflow.RunAsync(Definition.Pipeline, ByUpload);

        AssertSucceeded(outcome);
        var inputs = workflow.Functions.Inputs("MeasureDataset");
        Assert.Equal(4, inputs.Count);
        Assert.Null(inputs[0]["previous"]);
        Assert.All(inputs.Skip(1), input => Assert.Equal(ContractFunctions.Fingerprint, (string?)input["previous"]!["fingerprint"]));
        AssertOneClusterRentedAndEnded();
    }

    [MotoFact]
    public async Task A_late_event_of_a_data_set_that_has_been_run_rents_nothing_and_mails_nothing()
    {
        await workflow.BeginAsync();
        workflow.Functions.Will("OpenRun", static input => ContractFunctions.Open(input, manual: false));
        workflow.Functions.Will("MeasureDataset", static _ => ContractFunctions.Measure(settled: true, sameAsLatestRun: true));

        var outcome = await workflow.RunAsync(Definition.Pipeline, ByUpload);

        AssertSucceeded(outcome);
        Assert.Equal("unchanged", (string?)Assert.Single(workflow.Functions.Inputs("CloseRun"))["outcome"]);
        Assert.Empty(workflow.Mails);
        Assert.Empty(workflow.Emr.Calls);
    }

    [MotoFact]
    public async Task The_same_data_set_started_by_hand_is_run_again()
    {
        await workflow.BeginAsync();
        workflow.Functions.Will("MeasureDataset", static _ => ContractFunctions.Measure(settled: true, sameAsLatestRun: true));

        await workflow.RunAsync(Definition.Pipeline);

        AssertOneClusterRentedAndEnded();
    }

    [MotoFact]
    public async Task An_upload_that_never_settles_ends_with_a_mail()
    {
        await workflow.BeginAsync();
        workflow.Functions.Will("MeasureDataset", static _ => ContractFunctions.Measure(settled: false));

        var outcome = await workflow.RunAsync(Definition.Pipeline, new JsonObject { ["dataset"] = "fruits" });

        AssertFailed(outcome, "Pomona.NeverSettled");
        Assert.Empty(workflow.Emr.Calls);
    }

    [MotoFact]
    public async Task Over_budget_nothing_is_rented_and_a_mail_says_so()
    {
        await workflow.BeginAsync();
        workflow.Functions.Will("PlanRun", static _ => ContractFunctions.Plan("overBudget"));

        var outcome = await workflow.RunAsync(Definition.Pipeline);

        AssertSucceeded(outcome);
        Assert.Equal("overBudget", (string?)outcome.Output!["outcome"]);
        Assert.Equal("Pomona: overBudget", Assert.Single(workflow.Mails).Subject);
        Assert.Equal("overBudget", (string?)Assert.Single(workflow.Functions.Inputs("CloseRun"))["outcome"]);
        Assert.Empty(workflow.Emr.Calls);
    }

    [MotoFact]
    public async Task Where_nothing_is_new_nothing_is_rented_and_a_mail_says_so()
    {
        await workflow.BeginAsync();
        workflow.Functions.Will("PlanRun", static _ => ContractFunctions.Plan("unchanged"));

        var outcome = await workflow.RunAsync(Definition.Pipeline);

        AssertSucceeded(outcome);
        Assert.Equal("unchanged", (string?)outcome.Output!["outcome"]);
        Assert.Equal("Pomona: unchanged", Assert.Single(workflow.Mails).Subject);
        Assert.Equal("unchanged", (string?)Assert.Single(workflow.Functions.Inputs("CloseRun"))["outcome"]);
        Assert.Empty(workflow.Emr.Calls);
    }

    [MotoFact]
    public async Task A_data_set_without_images_rents_nothing_and_fails_with_the_reason()
    {
        await workflow.BeginAsync();
        workflow.Functions.Will("PlanRun", static _ => ContractFunctions.Plan("empty"));

        var outcome = await workflow.RunAsync(Definition.Pipeline);

        AssertFailed(outcome, "Pomona.NoImages", "empty");
        Assert.Equal("the verdict is empty", outcome.Cause);
        Assert.Empty(workflow.Emr.Calls);
    }

    [MotoFact]
    public async Task A_data_set_that_another_execution_runs_is_left_alone()
    {
        await workflow.BeginAsync();
        workflow.Functions.Will("OpenRun", static input => ContractFunctions.Open(input, "busy"));

        var outcome = await workflow.RunAsync(Definition.Pipeline);

        Assert.Equal(("FAILED", "Pomona.Busy", "another execution runs this data set"), (outcome.Status, outcome.Error, outcome.Cause));
        Assert.Empty(workflow.Mails);
        Assert.Empty(workflow.Functions.Inputs("CloseRun"));
    }

    [MotoFact]
    public async Task An_execution_whose_lock_has_passed_on_ends_quietly()
    {
        await workflow.BeginAsync();
        workflow.Functions.Will("OpenRun", static input => ContractFunctions.Open(input, "superseded"));

        var outcome = await workflow.RunAsync(Definition.Pipeline);

        AssertSucceeded(outcome);
        Assert.Empty(workflow.Mails);
        Assert.Empty(workflow.Functions.Inputs("CloseRun"));
    }

    [MotoFact]
    public async Task A_wrong_input_fails_at_once_with_its_reason()
    {
        await workflow.BeginAsync();
        workflow.Functions.Will("OpenRun", static _ => throw new FunctionError("InvalidExecutionInputException", "'compnents' is not known"));

        var outcome = await workflow.RunAsync(Definition.Pipeline);

        Assert.Equal(("FAILED", "InvalidExecutionInputException"), (outcome.Status, outcome.Error));
        Assert.Contains("'compnents' is not known", outcome.Cause, StringComparison.Ordinal);
        Assert.Single(workflow.Functions.Inputs("OpenRun"));
        Assert.Equal("Pomona: failed", Assert.Single(workflow.Mails).Subject);
    }

    [MotoTheory]
    [InlineData("MeasureDataset")]
    [InlineData("PlanRun")]
    public async Task A_function_that_fails_before_the_cluster_ends_the_run_with_a_mail_and_releases_the_lock(string function)
    {
        await workflow.BeginAsync();
        workflow.Functions.Will(function, static _ => throw new FunctionError("AmazonS3Exception", "We encountered an internal error."));

        var outcome = await workflow.RunAsync(Definition.Pipeline);

        AssertFailed(outcome, "AmazonS3Exception");
        Assert.Equal(4, workflow.Functions.Inputs(function).Count);
        Assert.Empty(workflow.Emr.Calls);
    }

    [MotoFact]
    public async Task A_function_that_fails_once_is_asked_again()
    {
        await workflow.BeginAsync();
        var calls = 0;
        workflow.Functions.Will("PlanRun", _ => ++calls == 1 ? throw new FunctionError("AmazonS3Exception", "Slow down") : ContractFunctions.Plan());

        var outcome = await workflow.RunAsync(Definition.Pipeline);

        AssertSucceeded(outcome);
        AssertOneClusterRentedAndEnded();
    }

    [MotoTheory]
    [InlineData("BOOTSTRAP_FAILURE", "On the master instance, application provisioning failed")]
    [InlineData("INSTANCE_FAILURE", "")]
    [InlineData("INSTANCE_FLEET_TIMEOUT", "")]
    [InlineData("INTERNAL_ERROR", "Request exceeds the EC2 service quota for that type")]
    public async Task A_cluster_that_could_not_start_is_replaced_and_the_failed_one_ended(string code, string message)
    {
        await workflow.BeginAsync();
        workflow.ClusterFaults.FailStart(new ClusterEnd(code, message, WithErrors: true));

        var outcome = await workflow.RunAsync(Definition.Pipeline);

        AssertSucceeded(outcome);
        Assert.Equal(2, workflow.Emr.Clusters.Count);
        AssertEveryClusterEnded();
        Assert.Equal(["Pomona: ready", "Pomona: finished"], workflow.Mails.Select(mail => mail.Subject));
    }

    [MotoFact]
    public async Task After_two_clusters_whose_bootstrap_failed_the_run_fails_with_emr_s_reason()
    {
        await workflow.BeginAsync();
        workflow.ClusterFaults.FailStart([.. Enumerable.Repeat(new ClusterEnd("BOOTSTRAP_FAILURE", "bootstrap action 1 returned 1", WithErrors: true), 4)]);

        var outcome = await workflow.RunAsync(Definition.Pipeline);

        AssertFailed(outcome, "Pomona.ClusterNotStarted");
        Assert.Contains("bootstrap action 1 returned 1", outcome.Cause, StringComparison.Ordinal);
        // A bootstrap action that has failed twice would fail again.
        Assert.Equal(2, workflow.Emr.Clusters.Count);
        AssertEveryClusterEnded();
    }

    [MotoTheory]
    [InlineData("VALIDATION_ERROR", "The subnet subnet-1 does not exist")]
    [InlineData("VALIDATION_ERROR", "Without a code, no word of insufficient capacity counts")]
    [InlineData("USER_REQUEST", "Terminated by user request")]
    public async Task A_cluster_that_would_fail_again_is_not_rented_again(string code, string message)
    {
        await workflow.BeginAsync();
        workflow.ClusterFaults.FailStart(new ClusterEnd(code, message, WithErrors: true));

        var outcome = await workflow.RunAsync(Definition.Pipeline);

        AssertFailed(outcome, "Pomona.ClusterNotStarted");
        Assert.Contains(message, outcome.Cause, StringComparison.Ordinal);
        AssertOneClusterRentedAndEnded();
    }

    [MotoFact]
    public async Task A_cluster_that_ended_without_a_reason_fails_the_run_too()
    {
        await workflow.BeginAsync();
        workflow.ClusterFaults.FailStart(new ClusterEnd("", ""));

        AssertFailed(await workflow.RunAsync(Definition.Pipeline), "Pomona.ClusterNotStarted");
        AssertOneClusterRentedAndEnded();
    }

    [MotoTheory]
    [InlineData(nameof(ClusterFault.BootstrapHangs))]
    [InlineData(nameof(ClusterFault.StaysStarting))]
    public async Task A_cluster_that_is_neither_up_nor_ended_after_20_minutes_is_ended_and_asked_for_in_another_subnet(string fault)
    {
        await workflow.BeginAsync();
        workflow.ClusterFaults.Add(Enum.Parse<ClusterFault>(fault), 1);

        var outcome = await workflow.RunAsync(Definition.Pipeline);

        AssertSucceeded(outcome);
        AssertEveryClusterEnded();
        string[][] subnets = [.. workflow.Emr.Clusters.Select(cluster => cluster.Request["Instances"]!["Ec2SubnetIds"]!.AsArray().Select(subnet => (string)subnet!).ToArray())];
        Assert.Equal([["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"], ["subnet-0123456789abcdef1"]], subnets);
    }

    [MotoFact]
    public async Task A_type_that_there_was_none_of_is_not_asked_for_again()
    {
        await workflow.BeginAsync();
        workflow.ClusterFaults.FailStart(ClusterEnd.NoneOf("m5.xlarge"));

        var outcome = await workflow.RunAsync(Definition.Pipeline);

        AssertSucceeded(outcome);
        Assert.Contains("\"m5.xlarge\"", workflow.Emr.Clusters[0].Request.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain("\"m5.xlarge\"", workflow.Emr.Clusters[1].Request.ToJsonString(), StringComparison.Ordinal);
    }

    [MotoFact]
    public async Task After_MaxStartMinutes_the_run_fails_with_what_was_tried()
    {
        await workflow.BeginAsync();
        workflow.ClusterFaults.Add(ClusterFault.StaysStarting, 100);

        var outcome = await workflow.RunAsync(Definition.Pipeline);

        AssertFailed(outcome, "Pomona.ClusterNotStarted");
        Assert.Contains("tried for 30 minutes (MaxStartMinutes)", outcome.Cause, StringComparison.Ordinal);
        Assert.Equal(2, workflow.Emr.Clusters.Count);
        AssertEveryClusterEnded();
    }

    [MotoFact]
    public async Task A_run_that_finds_no_room_waits_is_told_once_and_rents_when_there_is()
    {
        await workflow.BeginAsync();
        var asked = 0;
        workflow.Functions.Will("TakeRoom", _ => ++asked < 4 ? ContractFunctions.Room("wait", tell: asked == 1) : ContractFunctions.Room("taken"));

        var outcome = await workflow.RunAsync(Definition.Pipeline);

        AssertSucceeded(outcome);
        Assert.Equal(["Pomona: waiting", "Pomona: ready", "Pomona: finished"], workflow.Mails.Select(mail => mail.Subject));
        Assert.Equal("others have the room", (string?)workflow.Functions.Inputs("ComposeMail")[0]["error"]!["Cause"]);
        Assert.Null(workflow.Functions.Inputs("TakeRoom")[0]["previous"]);
        Assert.Equal("wait", (string?)workflow.Functions.Inputs("TakeRoom")[1]["previous"]!["verdict"]);
        AssertOneClusterRentedAndEnded();
    }

    [MotoFact]
    public async Task A_refused_request_for_a_cluster_is_not_repeated()
    {
        await workflow.BeginAsync();
        workflow.Faults.Add(new ApiFault(
            "elasticmapreduce", "RunJobFlow", Status: 400, Code: "ValidationException", Message: "Invalid InstanceProfile: pomona-ClusterInstanceProfile."));

        var outcome = await workflow.RunAsync(Definition.Pipeline);

        AssertFailed(outcome, "Emr.EmrException");
        Assert.Contains("Invalid InstanceProfile", outcome.Cause, StringComparison.Ordinal);
        Assert.Equal(1, workflow.Emr.Times("RunJobFlow"));
        Assert.Equal(0, workflow.Emr.Times("TerminateJobFlows"));
    }

    [MotoFact]
    public async Task A_throttled_request_for_a_cluster_is_repeated()
    {
        await workflow.BeginAsync();
        workflow.Faults.Add(Throttled("RunJobFlow", times: 1));

        var outcome = await workflow.RunAsync(Definition.Pipeline);

        AssertSucceeded(outcome);
        AssertOneClusterRentedAndEnded();
    }

    [MotoFact]
    public async Task A_cluster_whose_id_was_lost_on_the_way_is_found_and_ended_before_another_is_rented()
    {
        await workflow.BeginAsync();
        workflow.Faults.Add(new ApiFault("elasticmapreduce", "RunJobFlow", Status: 599, Code: "InternalFailure", Times: 1, LosesAnswer: true));

        var outcome = await workflow.RunAsync(Definition.Pipeline);

        AssertSucceeded(outcome);
        Assert.True(workflow.Emr.Clusters.Count >= 2);
        AssertEveryClusterEnded();
        var strays = workflow.Emr.Clusters.SkipLast(1).Select(cluster => cluster.Id).ToHashSet();
        var calls = workflow.Emr.Calls.ToList();
        var strayEnded = calls.FindIndex(call => call.Operation == "TerminateJobFlows" && strays.Contains((string)call.Request["JobFlowIds"]![0]!));
        Assert.True(strayEnded < calls.FindLastIndex(call => call.Operation == "RunJobFlow"));
    }

    [MotoFact]
    public async Task A_stray_search_leaves_other_clusters_alone()
    {
        await workflow.BeginAsync();
        await workflow.CallAsync("emr", "RunJobFlow", new JsonObject
        {
            ["Name"] = "somebody else's",
            ["ReleaseLabel"] = "emr-7.7.0",
            ["ServiceRole"] = "service",
            ["JobFlowRole"] = "nodes",
            ["Instances"] = new JsonObject { ["InstanceCount"] = 1, ["MasterInstanceType"] = "m5.xlarge", ["KeepJobFlowAliveWhenNoSteps"] = true },
        });
        var foreign = Assert.Single(workflow.Emr.Clusters);
        workflow.Faults.Add(new ApiFault("elasticmapreduce", "RunJobFlow", Status: 500, Code: "InternalServerException"));

        var outcome = await workflow.RunAsync(Definition.Pipeline);

        AssertFailed(outcome, "Emr.InternalServerException");
        Assert.Equal(0, workflow.Emr.TimesAskedToEnd(foreign));
    }

    [MotoFact]
    public async Task A_stray_is_found_on_any_page_and_no_stranger_that_cannot_be_described_is_in_the_way()
    {
        await workflow.BeginAsync();
        // While the run goes on: those from before are not even listed.
        workflow.Functions.Will("PlanRun", _ =>
        {
            for (var i = 0; i < 55; i++)
            {
                workflow.CallAsync("emr", "RunJobFlow", new JsonObject
                {
                    ["Name"] = $"stranger {i}",
                    ["ReleaseLabel"] = "emr-7.7.0",
                    ["ServiceRole"] = "service",
                    ["JobFlowRole"] = "nodes",
                    ["Instances"] = new JsonObject { ["InstanceCount"] = 1, ["MasterInstanceType"] = "m5.xlarge", ["KeepJobFlowAliveWhenNoSteps"] = true },
                }).GetAwaiter().GetResult();
            }

            return ContractFunctions.Plan();
        });
        workflow.Faults.Add(new ApiFault("elasticmapreduce", "RunJobFlow", Caller: "ak", Status: 599, Code: "InternalFailure", Times: 1, LosesAnswer: true));

        var outcome = await workflow.RunAsync(Definition.Pipeline);

        AssertSucceeded(outcome);
        Assert.Contains("ListMoreStrays", outcome.States);
        var ours = workflow.Emr.Clusters.Where(cluster => cluster.Name.StartsWith("pomona ", StringComparison.Ordinal)).ToList();
        Assert.True(ours.Count >= 2);
        Assert.All(ours, cluster => Assert.True(workflow.Emr.TimesAskedToEnd(cluster) > 0, cluster.Name));
        Assert.DoesNotContain(workflow.Emr.Calls, call => call.Operation == "DescribeCluster"
            && workflow.Emr.Clusters.Any(cluster => cluster.Id == (string?)call.Request["ClusterId"] && cluster.Name.StartsWith("stranger", StringComparison.Ordinal)));
        foreach (var stranger in workflow.Emr.Clusters.Where(cluster => cluster.Name.StartsWith("stranger", StringComparison.Ordinal)))
        {
            Assert.Equal(0, workflow.Emr.TimesAskedToEnd(stranger));
            stranger.RequestEnd(ClusterEnd.ByUser);
        }
    }

    [MotoFact]
    public async Task A_failed_step_fails_the_run_with_its_reason_and_ends_the_cluster()
    {
        await workflow.BeginAsync();
        workflow.Emr.OnStep = step => workflow.Answer(step, succeed: false, "Pomona.StepFailed", "shard 7: no space left");

        var outcome = await workflow.RunAsync(Definition.Pipeline);

        AssertFailed(outcome, "Pomona.StepFailed");
        Assert.Equal("shard 7: no space left", outcome.Cause);
        Assert.Equal(["Pomona: ready", "Pomona: failed"], workflow.Mails.Select(mail => mail.Subject));
        AssertOneClusterRentedAndEnded();
        AssertClosedAfterTheClusterEnded(outcome);
    }

    [MotoTheory]
    [InlineData(true, "COMPLETED")]
    [InlineData(false, "FAILED")]
    public async Task The_step_ends_by_itself_before_its_cluster_is_ended(bool succeed, string state)
    {
        await workflow.BeginAsync();
        workflow.Emr.OnStep = step => workflow.Answer(step, succeed);

        await workflow.RunAsync(Definition.Pipeline);

        Assert.Equal(state, Assert.Single(Assert.Single(workflow.Emr.Clusters).Steps).State);
        AssertOneClusterRentedAndEnded();
    }

    [MotoFact]
    public async Task A_step_that_does_not_end_holds_its_cluster_s_end_up_for_a_bounded_time_only()
    {
        await workflow.BeginAsync();
        workflow.Emr.OnStep = step => workflow.Answer(step, succeed: true, ends: false);

        var outcome = await workflow.RunAsync(Definition.Pipeline);

        AssertSucceeded(outcome);
        Assert.InRange(outcome.States.Count(state => state == "LetStepEnd"), 2, 19);
        AssertOneClusterRentedAndEnded();
    }

    [MotoTheory]
    [InlineData(true, 2)]
    [InlineData(false, 1)]
    public async Task A_step_whose_answer_was_lost_is_looked_for_and_added_anew_on_the_same_cluster(bool added, int steps)
    {
        await workflow.BeginAsync();
        workflow.Faults.Add(new ApiFault("elasticmapreduce", "AddJobFlowSteps", Status: 599, Code: "InternalServerException", Times: 1, LosesAnswer: added));
        workflow.Emr.OnStep = step =>
        {
            // Nobody waits for an answer of the first one, should it come to run at all.
            if (workflow.Emr.Times("AddJobFlowSteps") == 2)
                workflow.Answer(step, succeed: true);
        };

        var outcome = await workflow.RunAsync(Definition.Pipeline);

        AssertSucceeded(outcome);
        var all = Assert.Single(workflow.Emr.Clusters).Steps;
        Assert.Equal((steps, "COMPLETED"), (all.Count, all[^1].State));
        Assert.Equal(steps - 1, workflow.Emr.Times("CancelSteps"));
        AssertOneClusterRentedAndEnded();
    }

    [MotoFact]
    public async Task A_function_that_is_throttled_is_waited_for_longer_than_one_that_fails()
    {
        await workflow.BeginAsync();
        workflow.Faults.Add(new ApiFault("lambda", "Invoke", Path: "PlanRun", Status: 429, Code: "TooManyRequestsException", Times: 12));

        var outcome = await workflow.RunAsync(Definition.Pipeline);

        AssertSucceeded(outcome);
        AssertOneClusterRentedAndEnded();
    }

    [MotoFact]
    public async Task A_cluster_that_dies_under_the_job_fails_the_run()
    {
        await workflow.BeginAsync();
        workflow.Emr.OnStep = step => workflow.Answer(step, succeed: false, "Pomona.ClusterEnded", "the primary node was lost");

        var outcome = await workflow.RunAsync(Definition.Pipeline);

        AssertFailed(outcome, "Pomona.ClusterEnded");
        AssertOneClusterRentedAndEnded();
    }

    [MotoFact]
    public async Task A_job_that_falls_silent_is_given_up_and_its_cluster_ended()
    {
        await workflow.BeginAsync();
        workflow.Emr.OnStep = static _ => { };

        var outcome = await workflow.RunAsync(Definition.Pipeline, heartbeatSeconds: 1);

        AssertFailed(outcome, "States.HeartbeatTimeout");
        AssertOneClusterRentedAndEnded();
    }

    [MotoFact]
    public async Task A_job_that_reports_but_never_ends_is_given_up_too()
    {
        await workflow.BeginAsync();
        workflow.Functions.Will("PlanRun", static _ => ContractFunctions.Plan(maxSeconds: 2));
        workflow.Emr.OnStep = static _ => { };

        var outcome = await workflow.RunAsync(Definition.Pipeline, heartbeatSeconds: 30);

        AssertFailed(outcome, "Pomona.TimeUsedUp");
        AssertOneClusterRentedAndEnded();
    }

    [MotoFact]
    public async Task A_step_that_emr_refuses_ends_the_cluster()
    {
        await workflow.BeginAsync();
        workflow.Faults.Add(new ApiFault("elasticmapreduce", "AddJobFlowSteps", Status: 400, Code: "InvalidRequestException"));

        var outcome = await workflow.RunAsync(Definition.Pipeline);

        AssertFailed(outcome, "Emr.InvalidRequestException");
        AssertOneClusterRentedAndEnded();
    }

    [MotoFact]
    public async Task Mails_that_cannot_be_sent_keep_neither_the_job_nor_the_tear_down_from_happening()
    {
        await workflow.BeginAsync();
        workflow.Faults.Add(new ApiFault("sns", "Publish", Status: 403, Code: "AuthorizationError"));

        var outcome = await workflow.RunAsync(Definition.Pipeline);

        AssertSucceeded(outcome);
        Assert.Empty(workflow.Mails);
        AssertOneClusterRentedAndEnded();
    }

    [MotoFact]
    public async Task A_mail_that_cannot_be_composed_is_sent_plainly()
    {
        await workflow.BeginAsync();
        workflow.Functions.Will("ComposeMail", static _ => throw new FunctionError("KeyNotFoundException", "no such text"));
        workflow.Emr.OnStep = step => workflow.Answer(step, succeed: false);

        var outcome = await workflow.RunAsync(Definition.Pipeline);

        Assert.Equal(("FAILED", "Pomona.StepFailed"), (outcome.Status, outcome.Error));
        var mail = Assert.Single(workflow.Mails);
        Assert.Equal("Pomona: failed", mail.Subject);
        Assert.Contains("execution", mail.Body, StringComparison.Ordinal);
        // Nobody knows the stack's language here: both.
        Assert.Contains("détails", mail.Body, StringComparison.Ordinal);
        AssertOneClusterRentedAndEnded();
    }

    [MotoFact]
    public async Task A_cluster_that_was_protected_by_hand_is_unprotected_and_ended()
    {
        await workflow.BeginAsync();
        workflow.Emr.OnStep = step =>
        {
            Assert.Single(workflow.Emr.Clusters).Protect(true);
            workflow.Answer(step, succeed: true);
        };

        var outcome = await workflow.RunAsync(Definition.Pipeline);

        AssertSucceeded(outcome);
        AssertOneClusterRentedAndEnded();
    }

    [MotoFact]
    public async Task A_cluster_that_does_not_end_is_told_by_mail_and_fails_the_run()
    {
        await workflow.BeginAsync();
        workflow.ClusterFaults.Add(ClusterFault.EndIgnored, int.MaxValue);

        var outcome = await workflow.RunAsync(Definition.Pipeline);

        Assert.Equal(("FAILED", "Pomona.ClusterNotEnded"), (outcome.Status, outcome.Error));
        Assert.Contains(workflow.Mails, mail => mail.Body.Contains($"aws emr terminate-clusters --cluster-ids {workflow.Emr.Clusters[0].Id}", StringComparison.Ordinal));
        Assert.Single(workflow.Functions.Inputs("CloseRun"));
        Assert.True(workflow.Emr.TimesAskedToEnd(workflow.Emr.Clusters[0]) >= 5);
    }

    [MotoFact]
    public async Task What_goes_wrong_while_ending_does_not_hide_what_went_wrong_first()
    {
        await workflow.BeginAsync();
        workflow.ClusterFaults.Add(ClusterFault.EndIgnored, int.MaxValue);
        workflow.Emr.OnStep = step => workflow.Answer(step, succeed: false, "Pomona.StepFailed", "the first error");
        workflow.Functions.Will("CloseRun", static _ => throw new FunctionError("AmazonS3Exception", "a later error"));

        var outcome = await workflow.RunAsync(Definition.Pipeline);

        Assert.Equal(("FAILED", "Pomona.StepFailed", "the first error"), (outcome.Status, outcome.Error, outcome.Cause));
    }

    [MotoFact]
    public async Task An_emr_that_is_throttling_for_a_while_costs_no_run_and_leaves_no_cluster()
    {
        await workflow.BeginAsync();
        foreach (var operation in (string[])["DescribeCluster", "TerminateJobFlows", "AddJobFlowSteps"])
            workflow.Faults.Add(Throttled(operation, times: 2));

        var outcome = await workflow.RunAsync(Definition.Pipeline);

        AssertSucceeded(outcome);
        AssertOneClusterRentedAndEnded();
    }

    [MotoFact]
    public async Task A_cluster_that_the_stack_does_not_allow_is_not_planned_twice()
    {
        await workflow.BeginAsync();
        workflow.Functions.Will("PlanRun", static _ => throw new FunctionError("InvalidExecutionInputException", "too many"));

        var outcome = await workflow.RunAsync(Definition.Pipeline);

        AssertFailed(outcome, "InvalidExecutionInputException");
        Assert.Single(workflow.Functions.Inputs("PlanRun"));
    }

    [MotoFact]
    public async Task A_cluster_that_is_to_stay_outlives_the_execution_which_tells_until_when_and_frees_the_data_set()
    {
        await workflow.BeginAsync();
        workflow.Functions.Will("PlanRun", static _ => ContractFunctions.Plan(keepMinutes: 60));

        var outcome = await workflow.RunAsync(Definition.Pipeline);

        AssertSucceeded(outcome);
        var cluster = Assert.Single(workflow.Emr.Clusters);
        Assert.Equal((0, "WAITING"), (workflow.Emr.TimesAskedToEnd(cluster), cluster.State));
        var keep = Assert.Single(workflow.Functions.Inputs("KeepCluster"));
        Assert.Equal((cluster.Id, 60, 43200, 0.8), ((string?)keep["clusterId"], (int?)keep["keepMinutes"], (int?)keep["maxSeconds"], (double?)keep["hourly"]));
        Assert.Equal((int?)keep["polls"], (int?)keep["totalPolls"]);
        Assert.Equal("2026-11-21T15:04:55+00:00", (string?)outcome.Output!["keptUntil"]);
        Assert.Equal("2026-11-21T15:04:55+00:00", (string?)workflow.Functions.Inputs("ComposeMail")[^1]["kept"]!["until"]);
        Assert.Equal(["Pomona: ready", "Pomona: finished"], workflow.Mails.Select(mail => mail.Subject));
        Assert.Equal("2026-11-21T15:04:55+00:00", (string?)Assert.Single(workflow.Functions.Inputs("CloseRun"))["kept"]!["until"]);
        cluster.RequestEnd(ClusterEnd.ByUser);
    }

    [MotoTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_cluster_that_cannot_stay_is_ended_and_the_run_has_finished_all_the_same(bool fails)
    {
        await workflow.BeginAsync();
        workflow.Functions.Will("PlanRun", static _ => ContractFunctions.Plan(keepMinutes: 60));
        workflow.Functions.Will("KeepCluster", _ => fails
            ? throw new FunctionError("AmazonElasticMapReduceException", "no")
            : new JsonObject { ["until"] = null, ["cost"] = null });

        var outcome = await workflow.RunAsync(Definition.Pipeline);

        AssertSucceeded(outcome);
        Assert.Null((string?)outcome.Output!["keptUntil"]);
        AssertOneClusterRentedAndEnded();
        AssertClosedAfterTheClusterEnded(outcome);
    }

    [MotoFact]
    public async Task The_cluster_of_a_run_that_failed_does_not_stay()
    {
        await workflow.BeginAsync();
        workflow.Functions.Will("PlanRun", static _ => ContractFunctions.Plan(keepMinutes: 60));
        workflow.Emr.OnStep = step => workflow.Answer(step, succeed: false);

        var outcome = await workflow.RunAsync(Definition.Pipeline);

        AssertFailed(outcome, "Pomona.StepFailed");
        Assert.Empty(workflow.Functions.Inputs("KeepCluster"));
        AssertOneClusterRentedAndEnded();
    }

    [MotoFact]
    public async Task Notebooks_are_kept_in_the_bucket()
    {
        await workflow.BeginAsync();
        workflow.Functions.Will("PlanRun", static _ => ContractFunctions.Plan(notebooks: true));

        await workflow.RunAsync(Definition.Pipeline);

        var configurations = Assert.Single(workflow.Emr.Clusters).Request["Configurations"]!.AsArray();
        var jupyter = configurations.Single(entry => (string)entry!["Classification"]! == "jupyter-s3-conf")!["Properties"]!;
        Assert.Equal("pomona-123456789012-eu-west-3", (string?)jupyter["s3.persistence.bucket"]);
        Assert.Contains(configurations, static entry => (string?)entry!["Properties"]!["yarn.node-labels.am.default-node-label-expression"] == "ON_DEMAND");
    }

    [MotoFact]
    public async Task Every_request_to_emr_is_one_that_its_api_model_knows()
    {
        await workflow.BeginAsync();
        workflow.Functions.Will("PlanRun", static _ => ContractFunctions.Plan(notebooks: true));
        workflow.ClusterFaults.FailStart(new ClusterEnd("BOOTSTRAP_FAILURE", "", WithErrors: true));
        workflow.Emr.OnStep = step =>
        {
            workflow.Emr.Clusters[^1].Protect(true);
            workflow.Answer(step, succeed: true);
        };
        await workflow.RunAsync(Definition.Pipeline);
        var requests = new JsonArray([.. workflow.Emr.Calls.Select(call => new JsonObject { ["operation"] = call.Operation, ["request"] = call.Request.DeepClone() })]);

        var check = Tool.Run("python3", [RepositoryRoot.File("tests/statemachine/check_requests.py"), "emr"], requests.ToJsonString());

        Assert.True(check.ExitCode == 0, check.Output);
        Assert.Superset(
            new HashSet<string> { "RunJobFlow", "DescribeCluster", "AddJobFlowSteps", "TerminateJobFlows", "SetTerminationProtection" },
            workflow.Emr.Calls.Select(call => call.Operation).ToHashSet());
    }

    [MotoFact]
    public void The_check_against_the_api_model_finds_what_it_is_for()
    {
        var wrong = """
            [{"operation": "RunJobFlow", "request": {"Name": "n", "Instances": {"InstanceFleets": [{"InstanceFleetType": "WORKER"}]}, "Taggs": []}},
             {"operation": "AddJobFlowSteps", "request": {"JobFlowId": "j-1", "Steps": [{"HadoopJarStep": {"Args": [1]}}]}}]
            """;

        var check = Tool.Run("python3", [RepositoryRoot.File("tests/statemachine/check_requests.py"), "emr"], wrong);

        Assert.Equal(1, check.ExitCode);
        Assert.Contains("Taggs: unknown", check.Output, StringComparison.Ordinal);
        Assert.Contains("InstanceFleetType: 'WORKER' is none of", check.Output, StringComparison.Ordinal);
        Assert.Contains("Steps[0].Name: required", check.Output, StringComparison.Ordinal);
        Assert.Contains("HadoopJarStep.Jar: required", check.Output, StringComparison.Ordinal);
        Assert.Contains("Args[0]: 1 is not a string", check.Output, StringComparison.Ordinal);
    }

    private static void AssertSucceeded(Outcome outcome) => Assert.True(outcome.Status == "SUCCEEDED", outcome.ToString());

    private void AssertFailed(Outcome outcome, string error, string closedAs = "failed")
    {
        Assert.True((outcome.Status, outcome.Error) == ("FAILED", error), outcome.ToString());
        Assert.Equal("Pomona: failed", workflow.Mails[^1].Subject);
        Assert.Contains(error, workflow.Mails[^1].Body, StringComparison.Ordinal);
        Assert.Equal(closedAs, (string?)Assert.Single(workflow.Functions.Inputs("CloseRun"))["outcome"]);
    }

    private static ApiFault Throttled(string operation, int times) =>
        new("elasticmapreduce", operation, Status: 400, Code: "ThrottlingException", Times: times);

    private void AssertOneClusterRentedAndEnded()
    {
        Assert.Single(workflow.Emr.Clusters);
        AssertEveryClusterEnded();
    }

    private void AssertEveryClusterEnded() => Assert.All(workflow.Emr.Clusters, cluster =>
    {
        Assert.True(workflow.Emr.TimesAskedToEnd(cluster) > 0, $"nobody ended {cluster.Id}");
        Assert.False(cluster.State is "RUNNING" or "WAITING" or "STARTING" or "BOOTSTRAPPING", $"{cluster.Id} is still {cluster.State}");
    });

    private static void AssertClosedAfterTheClusterEnded(Outcome outcome)
    {
        var states = outcome.States.ToList();
        Assert.True(states.LastIndexOf("DescribeEnd") < states.IndexOf("CloseRun"));
        Assert.True(states.IndexOf("EndCluster") < states.IndexOf("DescribeEnd"));
    }
}
