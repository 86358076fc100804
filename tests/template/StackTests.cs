using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Pomona.Template.Tests;

/// <summary>That the template and what it deploys fit together.</summary>
public sealed partial class StackTests
{
    private const string OnShards = "RunShards";

    [SamFact]
    public void Cfn_lint_finds_nothing()
    {
        var lint = Tool.Run("cfn-lint", ["--template", "serverless.template", "--regions", "eu-west-3", "us-east-1"]);

        Assert.True(lint.ExitCode == 0, lint.Output);
    }

    [SamFact]
    public void Every_handler_is_a_class_of_the_functions_and_works_on_shards_in_a_package_of_its_own()
    {
        foreach (var (name, function) in TranslatedTemplate.Of("AWS::Lambda::Function"))
        {
            var (package, project) = name == OnShards ? ("Pomona.Shards", "shards/") : ("Pomona.Functions", "functions/");
            Assert.Equal($"{package}::{package}.{name}::HandleAsync", (string?)function["Handler"]);
            Assert.Equal(project, (string?)function["Code"]!["S3Key"]);
            var source = RepositoryRoot.File($"{project}{name}.cs");
            Assert.True(File.Exists(source), $"{project}{name}.cs does not exist");
            Assert.Matches(@"public (async )?Task(<\w+>)? HandleAsync\(", File.ReadAllText(source));
        }
    }

    [SamFact]
    public void Functions_run_on_the_managed_runtime_on_arm64_and_those_on_shards_on_the_nodes_own_processors()
        => Assert.All(TranslatedTemplate.Of("AWS::Lambda::Function"), function =>
        {
            Assert.Equal("dotnet10", (string?)function.Properties["Runtime"]);
            Assert.Equal(function.Name == OnShards ? "x86_64" : "arm64", (string?)function.Properties["Architectures"]![0]);
        });

    [SamFact]
    public void A_function_on_shards_has_as_long_as_Lambda_gives_and_the_workflow_waits_longer()
    {
        Assert.Equal(900, (int?)TranslatedTemplate.Resource(OnShards)["Properties"]!["Timeout"]);
        var states = JsonNode.Parse(File.ReadAllText(RepositoryRoot.File("statemachine/pipeline.asl.json")))!["States"]!;
        Assert.All(
            [states["NextStage"]!, .. states["WorkOnShards"]!["ItemProcessor"]!["States"]!.AsObject().Select(static state => state.Value!).Where(static state => (string?)state["Type"] == "Task")],
            task => Assert.True((int)task["TimeoutSeconds"]! > 900));
        // An inline Map works on no more, however many are asked for (https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html).
        Assert.Equal(40, (int?)TranslatedTemplate.Json["Parameters"]!["FunctionsAtOnce"]!["MaxValue"]);
    }

    [Fact]
    public void Sam_neither_runs_nor_deploys_what_was_built_before_the_last_change()
    {
        var config = File.ReadAllText(RepositoryRoot.File("samconfig.toml"));

        Assert.Contains("cached = false", config, StringComparison.Ordinal);
        Assert.DoesNotContain("[default.local_invoke", config, StringComparison.Ordinal);
    }

    [SamFact]
    public void An_upload_that_never_settles_is_given_up_well_before_the_execution_s_own_limit()
    {
        var longest = (int)TranslatedTemplate.Json["Parameters"]!["QuietSeconds"]!["MaxValue"]!;
        var pipeline = JsonNode.Parse(File.ReadAllText(RepositoryRoot.File("statemachine/pipeline.asl.json")))!;
        var measurements = (int)pipeline["States"]!["IsSettled"]!["Choices"]!.AsArray().Single(rule => (string?)rule!["Next"] == "NeverSettled")!["NumericGreaterThanEquals"]!;

        // What is left is for the largest MaxClusterHours, a week, and the tear-down. A measurement itself takes minutes at most.
        Assert.True((long)measurements * longest <= (int)pipeline["TimeoutSeconds"]! / 2, $"{measurements} × {longest} s");
    }

    [SamFact]
    public void What_costs_carries_the_tag_that_the_budget_and_the_cost_report_filter_by()
    {
        string[] types =
        [
            "AWS::S3::Bucket", "AWS::Lambda::Function", "AWS::StepFunctions::StateMachine", "AWS::KMS::Key", "AWS::SNS::Topic",
            "AWS::SQS::Queue", "AWS::Logs::LogGroup",
        ];
        foreach (var (name, properties) in types.SelectMany(TranslatedTemplate.Of))
        {
            var tag = properties["Tags"]?.AsArray().SingleOrDefault(tag => (string?)tag!["Key"] == "pomona:stack");
            Assert.True((string?)tag?["Value"]?["Ref"] == "AWS::StackName", $"{name} lacks the tag pomona:stack");
        }
    }

    [SamFact]
    public void Only_releases_that_label_nodes_by_market_can_be_chosen()
    {
        var pattern = (string)TranslatedTemplate.Json["Parameters"]!["ReleaseLabel"]!["AllowedPattern"]!;

        Assert.All(["emr-7.2.0", "emr-7.7.0", "emr-7.9.1", "emr-7.10.0", "emr-7.13.0"], release => Assert.Matches(pattern, release));
        Assert.All(["emr-7.0.0", "emr-7.1.0", "emr-7.14.0", "emr-7.20.0", "emr-6.15.0", "emr-7.7"], release => Assert.DoesNotMatch(pattern, release));
    }

    [SamFact]
    public void Components_are_a_number_or_a_share_of_the_variance()
    {
        var pattern = (string)TranslatedTemplate.Json["Parameters"]!["Components"]!["AllowedPattern"]!;

        Assert.All(["1", "9", "10", "99", "100", "999", "1000", "1199", "1279", "1280", "0.95", ".95", "0.001", "95%", "99.9%", "0.5%"], count => Assert.Matches(pattern, count));
        Assert.All(["0", "01", "1281", "1300", "9999", "1.0", "1.5", "0.0", "0%", "100%", "%", ".", "5.", "0,95", "1e-1", "fifty", ""], count => Assert.DoesNotMatch(pattern, count));
    }

    [SamFact]
    public void Every_function_is_given_the_environment_variables_that_the_contract_says_it_has_and_no_other()
    {
        var functions = TranslatedTemplate.Of("AWS::Lambda::Function").ToList();
        // | `POMONA_A`, `POMONA_B` | all but `ComposeMail`, `CostPeriod` | meaning |
        var rows = File.ReadLines(RepositoryRoot.File("docs/workflow-contract.md"))
            .Where(static line => line.StartsWith("| `POMONA_", StringComparison.Ordinal))
            .Select(static line => line.Split('|', StringSplitOptions.TrimEntries))
            .Select(static cells => (Variables: Variable().Matches(cells[1]).Select(match => match.Value).ToList(), Of: cells[2].Replace("`", string.Empty, StringComparison.Ordinal)))
            .ToList();
        Assert.NotEmpty(rows);

        foreach (var (name, properties) in functions)
        {
            var described = rows.Where(row => IsOf(row.Of, name)).SelectMany(static row => row.Variables);
            var set = properties["Environment"]!["Variables"]!.AsObject().Select(static variable => variable.Key);
            Assert.True(described.Order().SequenceEqual(set.Order()), $"{name} has {string.Join(", ", set.Order())}; docs/workflow-contract.md says {string.Join(", ", described.Order())}");
        }

        static bool IsOf(string column, string function)
        {
            const string AllBut = "all but ";
            var named = (column.StartsWith(AllBut, StringComparison.Ordinal) ? column[AllBut.Length..] : column)
                .Split(',', StringSplitOptions.TrimEntries)
                .Contains(function);
            return column == "all" || (column.StartsWith(AllBut, StringComparison.Ordinal) ? !named : named);
        }
    }

    [SamFact]
    public void What_an_execution_may_ask_for_is_what_the_template_s_parameters_allow()
    {
        // contracts/ClusterOverrides.cs: LeastIdleMinutes, MostIdleMinutes and MostKeepMinutes; functions/Planning/PlannedRun.cs: ReaperSeconds.
        var parameters = TranslatedTemplate.Json["Parameters"]!;
        Assert.Equal((10, 1440), ((int)parameters["IdleMinutes"]!["MinValue"]!, (int)parameters["IdleMinutes"]!["MaxValue"]!));
        Assert.Equal((0, 1440), ((int)parameters["MaxKeepMinutes"]!["MinValue"]!, (int)parameters["MaxKeepMinutes"]!["MaxValue"]!));
        Assert.Equal("rate(15 minutes)", (string?)TranslatedTemplate.Resource("ReapSchedule")["Properties"]!["ScheduleExpression"]);
    }

    [SamFact]
    public void Functions_trust_Lambda_for_the_stack_s_functions_alone_whatever_they_will_be_called()
    {
        var trusts = TranslatedTemplate.Statements().Where(static statement => statement.Kind == PolicyKind.Trust && statement.Service == "lambda.amazonaws.com").ToList();

        Assert.Equal(TranslatedTemplate.Of("AWS::Lambda::Function").Count(), trusts.Count);
        Assert.All(trusts, trust => Assert.EndsWith(
            ":function:${AWS::StackName}-*", (string?)trust.Json["Condition"]!["ArnLike"]!["aws:SourceArn"]!["Fn::Sub"], StringComparison.Ordinal));
    }

    [SamFact]
    public void EMR_finds_the_rights_that_it_checks_for_an_auto_termination_policy()
    {
        var allowed = TranslatedTemplate.Statements().Where(static statement => statement is { Allows: true, Owner: "PipelineRole" }).SelectMany(static statement => statement.Actions);

        Assert.Superset(
            new HashSet<string> { "elasticmapreduce:GetAutoTerminationPolicy", "elasticmapreduce:PutAutoTerminationPolicy", "elasticmapreduce:RemoveAutoTerminationPolicy" },
            allowed.ToHashSet());
    }

    [SamFact]
    public void Every_substitution_that_a_definition_uses_is_given_and_no_other()
    {
        foreach (var (name, machine) in TranslatedTemplate.Of("AWS::StepFunctions::StateMachine"))
        {
            var key = (string)machine["DefinitionS3Location"]!["Key"]!;
            var used = Substitution().Matches(File.ReadAllText(RepositoryRoot.File(key))).Select(match => match.Groups[1].Value).ToHashSet();
            Assert.Equal(used.Order(), machine["DefinitionSubstitutions"]!.AsObject().Select(given => given.Key).Order());
            Assert.False(string.IsNullOrEmpty(name));
        }
    }

    [SamFact]
    public void The_workflow_s_name_is_the_one_that_policies_and_functions_spell_out()
    {
        Assert.Equal("${AWS::StackName}-pipeline", (string?)TranslatedTemplate.Resource("Pipeline")["Properties"]!["StateMachineName"]!["Fn::Sub"]);
        Assert.All(
            TranslatedTemplate.Of("AWS::Lambda::Function").Select(static function => function.Properties["Environment"]!["Variables"]!["POMONA_STATE_MACHINE_ARN"]).OfType<JsonNode>(),
            arn => Assert.EndsWith(":stateMachine:${AWS::StackName}-pipeline", (string?)arn["Fn::Sub"], StringComparison.Ordinal));
    }

    [SamFact]
    public void A_second_region_and_a_first_deployment_that_rolled_back_are_in_nobody_s_way()
    {
        Assert.Contains("${AWS::Region}", (string?)TranslatedTemplate.Resource("Budget")["Properties"]!["Budget"]!["BudgetName"]!["Fn::Sub"], StringComparison.Ordinal);
        Assert.Equal("RetainExceptOnCreate", (string?)TranslatedTemplate.Resource("Bucket")["DeletionPolicy"]);
    }

    [SamFact]
    public void An_alarm_over_several_metrics_counts_those_that_are_missing_as_nothing()
    {
        var expressions = TranslatedTemplate.Of("AWS::CloudWatch::Alarm")
            .SelectMany(static alarm => alarm.Properties["Metrics"]?.AsArray() ?? [])
            .Select(static metric => (string?)metric!["Expression"]).OfType<string>().ToList();

        Assert.Equal(4, expressions.Count);
        Assert.All(expressions, expression => Assert.Contains("FILL(", expression, StringComparison.Ordinal));
        Assert.All(expressions, expression => Assert.DoesNotMatch(@"(?<!FILL\()\b(failed|timedOut|aborted)\b", expression));
    }

    [SamFact]
    public void The_bucket_s_name_stands_in_one_place_and_is_the_company_s_where_there_is_one()
    {
        const string Name = """["BucketName","Value"]""";
        Assert.All(
            TranslatedTemplate.Of("AWS::Lambda::Function").Select(static function => function.Properties["Environment"]!["Variables"]!["POMONA_BUCKET"]).OfType<JsonNode>(),
            bucket => Assert.Equal(Name, bucket["Fn::GetAtt"]?.ToJsonString()));
        Assert.Equal(Name, TranslatedTemplate.Resource("Pipeline")["Properties"]!["DefinitionSubstitutions"]!["Bucket"]!["Fn::GetAtt"]?.ToJsonString());
        Assert.Equal(Name, TranslatedTemplate.Resource("Bucket")["Properties"]!["BucketName"]!["Fn::GetAtt"]?.ToJsonString());
        var value = TranslatedTemplate.Resource("BucketName")["Properties"]!["Value"]!["Fn::If"]!.AsArray();
        Assert.Equal(
            ("MakesBucket", "${BucketPrefix}-${AWS::AccountId}-${AWS::Region}", "ExistingBucket"),
            ((string?)value[0], (string?)value[1]!["Fn::Sub"], (string?)value[2]!["Ref"]));
        Assert.Single(System.Text.RegularExpressions.Regex.Matches(TranslatedTemplate.Json["Resources"]!.ToJsonString(), @"\$\{BucketPrefix\}"));
    }

    /// <summary>What names the bucket as its own resource would change it, or fail where there is none.</summary>
    [SamFact]
    public void A_company_s_bucket_is_not_changed_and_its_events_come_by_EventBridge()
    {
        string[] own = ["Bucket", "BucketMayCallFinishRun", "BucketMayCallStartRun", "BucketPolicy"];
        string[] company = ["MarkerEvents", "MarkerEventsMayCallFinishRun", "UploadEvents", "UploadEventsMayCallStartRun"];
        string[] Under(string condition) => [.. TranslatedTemplate.Json["Resources"]!.AsObject().Where(resource => (string?)resource.Value!["Condition"] == condition).Select(static resource => resource.Key).Order()];

        Assert.Equal(own, Under("MakesBucket"));
        Assert.Equal(company, Under("TakesBucket"));
        Assert.All(
            TranslatedTemplate.Json["Resources"]!.AsObject().Where(resource => !own.Contains(resource.Key)),
            resource => Assert.DoesNotMatch("""(\"Ref\":\"Bucket\"|\"Fn::GetAtt\":\[\"Bucket\"|\$\{Bucket[.}])""", resource.Value!.ToJsonString()));
        Assert.DoesNotMatch("""(\"Ref\":\"Bucket\"|\$\{Bucket[.}])""", TranslatedTemplate.Json["Outputs"]!.ToJsonString());
    }

    [SamFact]
    public void What_is_called_asynchronously_keeps_what_it_could_not_handle()
    {
        var kept = TranslatedTemplate.Of("AWS::Lambda::EventInvokeConfig").Select(static config => config.Name.Replace("EventInvokeConfig", string.Empty, StringComparison.Ordinal));

        Assert.Equal(["FinishRun", "ForgetRuns", "ReapClusters", "StartRun", "WatchCluster", "WatchMails"], kept.Order());
        Assert.All(TranslatedTemplate.Of("AWS::Events::Rule"), rule => Assert.All(rule.Properties["Targets"]!.AsArray(), target => Assert.NotNull(target!["DeadLetterConfig"])));
        Assert.All(TranslatedTemplate.Of("AWS::Scheduler::Schedule"), schedule => Assert.NotNull(schedule.Properties["Target"]!["DeadLetterConfig"]));
        Assert.All(TranslatedTemplate.Of("AWS::SNS::Subscription"), subscription => Assert.NotNull(subscription.Properties["RedrivePolicy"]));
    }

    [SamFact]
    public void Every_function_s_errors_ring_an_alarm()
    {
        var watched = TranslatedTemplate.Of("AWS::CloudWatch::Alarm")
            .SelectMany(alarm => alarm.Properties["Metrics"]?.AsArray() ?? [])
            .Select(metric => metric!["MetricStat"]?["Metric"])
            .Where(metric => (string?)metric?["MetricName"] == "Errors")
            .Select(metric => (string?)metric!["Dimensions"]![0]!["Value"]!["Ref"]);

        Assert.Equal(TranslatedTemplate.Of("AWS::Lambda::Function").Select(static function => function.Name).Order(), watched.Order());
        Assert.All(TranslatedTemplate.Of("AWS::CloudWatch::Alarm"), alarm => Assert.True((alarm.Properties["Metrics"]?.AsArray().Count ?? 1) <= 10, alarm.Name));
    }

    [SamFact]
    public void Every_workflow_that_does_not_reach_its_end_rings_an_alarm()
    {
        var watched = TranslatedTemplate.Of("AWS::CloudWatch::Alarm")
            .SelectMany(alarm => alarm.Properties["Metrics"]?.AsArray() ?? [])
            .Select(metric => metric!["MetricStat"]?["Metric"])
            .Where(metric => (string?)metric?["Namespace"] == "AWS/States")
            .Select(metric => $"{(string?)metric!["Dimensions"]![0]!["Value"]!["Ref"]} {(string?)metric["MetricName"]}");

        string[] ends = ["ExecutionsFailed", "ExecutionsTimedOut", "ExecutionsAborted"];
        Assert.Equal(
            TranslatedTemplate.Of("AWS::StepFunctions::StateMachine").SelectMany(machine => ends.Select(end => $"{machine.Name} {end}")).Order(),
            watched.Order());
    }

    [SamFact]
    public void The_alarm_about_old_clusters_listens_for_the_words_that_the_reaper_logs()
    {
        var pattern = ((string)TranslatedTemplate.Resource("ClusterTooOldCount")["Properties"]!["FilterPattern"]!).Trim('"');

        Assert.Contains(pattern, File.ReadAllText(RepositoryRoot.File("functions/Clusters/ClusterReaper.cs")), StringComparison.Ordinal);
    }

    [SamFact]
    public void The_rule_for_clusters_knows_them_by_the_name_that_the_workflow_gives()
    {
        var prefix = (string)TranslatedTemplate.Resource("ClusterEvents")["Properties"]!["EventPattern"]!["detail"]!["name"]![0]!["prefix"]!;
        var states = JsonNode.Parse(File.ReadAllText(RepositoryRoot.File("statemachine/pipeline.asl.json")))!["States"]!;

        Assert.StartsWith($"States.Format('{prefix}", (string?)states["NameCluster"]!["Parameters"]!["name.$"], StringComparison.Ordinal);
        Assert.StartsWith($"States.Format('{prefix}", (string?)states["RunJob"]!["Parameters"]!["Steps"]![0]!["Name.$"], StringComparison.Ordinal);
    }

    [SamFact]
    public void Every_parameter_says_what_it_is_and_stands_in_the_form()
    {
        var parameters = TranslatedTemplate.Json["Parameters"]!.AsObject();
        var grouped = TranslatedTemplate.Json["Metadata"]!["AWS::CloudFormation::Interface"]!["ParameterGroups"]!.AsArray()
            .SelectMany(group => group!["Parameters"]!.AsArray()).Select(parameter => (string)parameter!).ToList();

        Assert.Equal(parameters.Select(static parameter => parameter.Key).Order(), grouped.Order());
        Assert.All(parameters, parameter => Assert.False(string.IsNullOrEmpty((string?)parameter.Value!["Description"]), parameter.Key));
    }

    [GeneratedRegex(@"POMONA_[A-Z0-9_]+")]
    private static partial Regex Variable();

    [GeneratedRegex(@"\$\{(\w+)\}")]
    private static partial Regex Substitution();
}
