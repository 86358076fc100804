using System.Text;
using System.Text.Json;
using Pomona.Contracts;
using Pomona.Functions.Mails;
using Pomona.Functions.Planning;
using Pomona.Functions.Tests.Fakes;

namespace Pomona.Functions.Tests.Planning;

public sealed class PlanRunTests
{
    private readonly Stack _stack = new();

    [Fact]
    public async Task The_manifests_list_every_image_once_in_key_order_and_the_plan_comes_last()
    {
        _stack.AddImages(1100);
        _stack.Bucket["datasets/fruits/readme.txt"] = [1];
        _stack.Bucket["datasets/fruits-too/x.jpg"] = [1];
        var writes = new List<string>();
        _stack.Bucket.Before = (operation, key) =>
        {
            if (operation == "put")
                writes.Add(key);
        };

        var planned = await PlanAsync();

        var root = BucketLayout.Run(Stack.Fruits, Stack.Run);
        var listed = Enumerable.Range(0, 3)
            .SelectMany(i => Encoding.UTF8.GetString(_stack.Bucket[root + RunLayout.Manifest(i)]).TrimEnd('\n').Split('\n'))
            .Select(line => JsonSerializer.Deserialize(line, ContractJson.Readable.ManifestEntry)!.Key)
            .ToList();
        Assert.Equal(1100, listed.Count);
        Assert.Equal(listed.Order(KeyOrder.Instance), listed);
        Assert.Equal((1100, 3300, 3, 1), (planned.Plan.Images, planned.Plan.Bytes, planned.Plan.Shards, planned.Plan.SkippedFiles));
        Assert.Equal(root + RunLayout.Plan, writes[^1]);
        Assert.Equal(planned.Plan, JsonSerializer.Deserialize(_stack.Bucket[root + RunLayout.Plan], ContractJson.Readable.RunPlan));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"input":"s3://pomona/datasets/fruits/","images":2000000000,"bytes":1,"shards":1,"shardSize":512,"skippedFiles":0,"fingerprint":"f"}""")]
    public async Task What_stands_in_the_plan_s_place_and_is_none_is_refused_by_name_and_stays(string content)
    {
        _stack.AddImages(3);
        var key = BucketLayout.Run(Stack.Fruits, Stack.Run) + RunLayout.Plan;
        _stack.Bucket[key] = Encoding.UTF8.GetBytes(content);

        var refused = await Assert.ThrowsAsync<InvalidExecutionInputException>(() => PlanAsync());

        Assert.Contains($"{key} is damaged, or no plan of Pomona's", refused.Message, StringComparison.Ordinal);
        Assert.Equal(content, Encoding.UTF8.GetString(_stack.Bucket[key]));
    }

    [Fact]
    public async Task The_snapshot_has_the_fingerprint_of_the_measurement()
    {
        _stack.AddImages(10);

        var measured = await _stack.MeasureDataset.HandleAsync(new Pomona.Functions.Datasets.MeasureRequest(Stack.Fruits), new PlayedCall());

        Assert.Equal(measured.Fingerprint, (await PlanAsync()).Plan.Fingerprint);
    }

    [Theory]
    [InlineData("heic", JobArguments.Exact, 62.44)]
    [InlineData("avif", JobArguments.Exact, 274.0666667)]
    [InlineData("jxl", JobArguments.Scaled, 90.3672727)]
    [InlineData("JPG", JobArguments.Exact, 5.91520)]
    [InlineData("jpeg", JobArguments.Scaled, 2.96608)]
    [InlineData("png", JobArguments.Scaled, 1.98304)]
    [InlineData("webp", JobArguments.Exact, 29.9129)]
    [InlineData("webp", JobArguments.Scaled, 6.7826)]
    public async Task What_images_cost_by_their_bytes_and_format_is_in_plan_estimate_budget_and_mail(string format, string decode, double smallPhotos)
    {
        var photograph = new byte[LargeImageBytes.SmallImage + 983_040];
        for (var i = 0; i < 1000; i++)
            _stack.Bucket[$"datasets/fruits/a/{i:D4}.{format}"] = photograph;
        _stack["POMONA_BUDGET_PER_RUN"] = "0.30";

        var planned = await _stack.PlanRun.HandleAsync(new PlanRunRequest(Stack.Fruits, Stack.Run, 50, Decode: decode), new PlayedCall());

        // Two shards: no more than two vCPU work.
        Assert.Equal(120 + (long)Math.Ceiling(1000 * smallPhotos / 25 / 2), planned.Estimate.JobSeconds);
        Assert.Equal(format is "heic" or "avif" or "jxl" ? PlanVerdict.OverBudget : PlanVerdict.Rent, planned.Verdict);
        var mail = await _stack.ComposeMail.HandleAsync(
            new ComposeMailRequest(MailKind.Ready, Plan: planned, ClusterId: Stack.ClusterId), new PlayedCall());
        Assert.Contains($"Expected: {Figures.English.Duration(TimeSpan.FromSeconds(planned.Estimate.JobSeconds))} of work", mail.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_images_for_testing_stand_in_the_plan_as_the_input_or_the_folders_names_say()
    {
        Task<PlannedRun> PlanAsync(string? testSplit) => _stack.PlanRun.HandleAsync(
            new PlanRunRequest(Stack.Fruits, Stack.Run, 50, TestSplit: testSplit), new PlayedCall());
        _stack.AddImages(9);
        var before = _stack.Bucket.Keys.ToList();

        Assert.Contains("\"testSplit\" is \"Test\"", (await Assert.ThrowsAsync<InvalidExecutionInputException>(() => PlanAsync("Test"))).Message, StringComparison.Ordinal);
        Assert.Equal(before, _stack.Bucket.Keys);
        Assert.Equal(new TestSplit("c1", null, 3, IsAsked: true), (await PlanAsync("c1")).Plan.TestSplit);
        // The plan that stands is the run's, whatever is asked now.
        Assert.Equal(new TestSplit("c1", null, 3, IsAsked: true), (await PlanAsync(null)).Plan.TestSplit);
    }

    [Fact]
    public async Task A_standing_plan_is_answered_again_even_when_the_data_set_has_changed()
    {
        _stack.AddImages(10);
        var first = await PlanAsync();
        _stack.AddImages(20);

        Assert.Equal(first.Plan, (await PlanAsync()).Plan);
    }

    [Fact]
    public async Task A_snapshot_that_broke_off_is_taken_again_from_the_beginning()
    {
        _stack.AddImages(1100);
        _stack.Bucket.Before = (operation, key) =>
        {
            if (operation == "put" && key.EndsWith("shard-00001.jsonl", StringComparison.Ordinal))
                throw new IOException("503");
        };
        await Assert.ThrowsAsync<IOException>(PlanAsync);
        Assert.DoesNotContain(_stack.Bucket.Keys, key => key.EndsWith("plan.json", StringComparison.Ordinal));
        _stack.Bucket.Before = (_, _) => { };
        _stack.Bucket["datasets/fruits/new.jpg"] = [1];

        Assert.Equal(1101, (await PlanAsync()).Plan.Images);
    }

    [Fact]
    public async Task A_data_set_without_an_image_rents_nothing_and_leaves_no_plan()
    {
        _stack.Bucket["datasets/fruits/readme.txt"] = [1];

        var planned = await PlanAsync();

        Assert.Equal(PlanVerdict.Empty, planned.Verdict);
        Assert.Contains("other files: 1 of another type ('readme.txt')", planned.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain(_stack.Bucket.Keys, key => key.StartsWith("runs/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Types_that_the_region_does_not_offer_are_left_out_and_named_in_plan_log_and_mail()
    {
        _stack.AddImages(100_000);
        _stack["POMONA_TARGET_MINUTES"] = "5";
        _stack.OfferedTypes.Types = ["m5.xlarge", "m7i.xlarge", "m7i.2xlarge", "r6i.xlarge", "c5.xlarge"];
        var context = new PlayedCall();

        var planned = await _stack.PlanRun.HandleAsync(new PlanRunRequest(Stack.Fruits, Stack.Run, 50), context);

        var fleets = planned.Cluster!.Instances["InstanceFleets"]!.AsArray();
        string[][] types = [.. fleets.Select(fleet => fleet!["InstanceTypeConfigs"]!.AsArray().Select(type => (string)type!["InstanceType"]!).ToArray())];
        Assert.Equal([["m5.xlarge", "m7i.xlarge", "r6i.xlarge"], ["m5.xlarge", "m7i.xlarge", "r6i.xlarge"], ["m5.xlarge", "m7i.xlarge", "r6i.xlarge", "m7i.2xlarge"]], types);
        Assert.Contains("m6a.xlarge", planned.Cluster!.TypesLeftOut!);
        Assert.Contains(context.Lines, line => line.Contains("m6a.xlarge", StringComparison.Ordinal));
        var mail = await _stack.ComposeMail.HandleAsync(
            new ComposeMailRequest(MailKind.Ready, Plan: planned, ClusterId: Stack.ClusterId), new PlayedCall());
        Assert.Contains("Not offered here by emr-7.7.0, and left out: m5.2xlarge", mail.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("c5.xlarge", null, "none of the types for primary and core nodes")]
    [InlineData("m5.xlarge", "m7a.xlarge", "none of the types for task nodes in this region (m7a.xlarge)")]
    public async Task When_nothing_sensible_is_left_nothing_is_rented_and_the_sentence_says_what_was_asked(string offered, string? asked, string says)
    {
        _stack.AddImages(100_000);
        _stack["POMONA_TARGET_MINUTES"] = "5";
        _stack.OfferedTypes.Types = [offered];
        var overrides = asked is null ? null : new ClusterOverrides { InstanceTypes = [InstanceType.Parse(asked)] };

        var refused = await Assert.ThrowsAsync<NoInstanceTypesException>(
            () => _stack.PlanRun.HandleAsync(new PlanRunRequest(Stack.Fruits, Stack.Run, 50, overrides), new PlayedCall()));

        Assert.Contains(says, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cluster_is_rented_with_the_tags_by_which_it_is_known_and_those_that_a_company_wants()
    {
        _stack.AddImages(10);
        _stack["POMONA_EXTRA_TAGS"] = "cost-centre=4711, team = photos/fruit ,empty=";

        var planned = await _stack.PlanRun.HandleAsync(
            new PlanRunRequest(Stack.Fruits, Stack.Run, 50, ExecutionArn: "arn:aws:states:eu-west-3:1:execution:p:x"), new PlayedCall());

        Assert.Equal(
            [
                ("pomona:stack", Stack.Name), ("pomona:run", Stack.Run.Value), ("pomona:dataset", "fruits"),
                ("pomona:max-seconds", $"{planned.Cluster!.MaxSeconds}"), ("for-use-with-amazon-emr-managed-policies", "true"),
                ("pomona:execution", "arn:aws:states:eu-west-3:1:execution:p:x"),
                ("cost-centre", "4711"), ("team", "photos/fruit"), ("empty", ""),
            ],
            planned.Cluster!.Tags!.Select(tag => ((string)tag!["Key"]!, (string)tag["Value"]!)));
    }

    [Fact]
    public async Task An_estimate_above_the_budget_rents_nothing_and_no_budget_means_no_limit()
    {
        _stack.AddImages(10);
        _stack["POMONA_BUDGET_PER_RUN"] = "0.01";
        Assert.Equal(PlanVerdict.OverBudget, (await PlanAsync()).Verdict);

        _stack["POMONA_BUDGET_PER_RUN"] = "0";
        Assert.Equal(PlanVerdict.Rent, (await PlanAsync()).Verdict);
    }

    [Fact]
    public async Task A_run_longer_than_clusters_may_live_rents_nothing()
    {
        _stack.AddImages(600);
        _stack["POMONA_IMAGES_PER_VCPU_SECOND"] = "0.001";
        _stack["POMONA_BUDGET_PER_RUN"] = "0";

        var planned = await PlanAsync();

        Assert.Equal(PlanVerdict.OverBudget, planned.Verdict);
        Assert.Contains("hours", planned.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_types_larger_than_the_run_none_is_rented_and_the_plan_names_them()
    {
        _stack.AddImages(10);
        var overrides = new ClusterOverrides { TaskVcpus = 8, InstanceTypes = [InstanceType.Parse("m5.2xlarge"), InstanceType.Parse("r7iz.12xlarge")] };

        var planned = await _stack.PlanRun.HandleAsync(new PlanRunRequest(Stack.Fruits, Stack.Run, 50, overrides), new PlayedCall());

        var task = planned.Cluster!.Instances["InstanceFleets"]!.AsArray().Single(fleet => (string?)fleet!["InstanceFleetType"] == "TASK")!;
        Assert.Equal("m5.2xlarge", (string?)Assert.Single(task["InstanceTypeConfigs"]!.AsArray())!["InstanceType"]);
        Assert.Equal((8, 8), ((int)task["TargetSpotCapacity"]!, planned.Cluster!.TaskVcpus));
        Assert.Equal(["r7iz.12xlarge"], planned.Cluster!.TypesTooLarge!);
    }

    [Fact]
    public async Task What_a_fleet_may_rent_beyond_its_target_counts_for_the_budget()
    {
        _stack.AddImages(10);
        var overrides = new ClusterOverrides { TaskVcpus = 32, InstanceTypes = [InstanceType.Parse("m5.xlarge"), InstanceType.Parse("m5.8xlarge")] };
        var one = new ClusterOverrides { TaskVcpus = 32, InstanceTypes = [InstanceType.Parse("m5.xlarge")] };

        var with = await _stack.PlanRun.HandleAsync(new PlanRunRequest(Stack.Fruits, Stack.Run, 50, overrides), new PlayedCall());
        var without = await _stack.PlanRun.HandleAsync(new PlanRunRequest(Stack.Fruits, Stack.Run, 50, one), new PlayedCall());

        // 28 vCPU more: seven nodes.
        Assert.Equal((28 * 0.06m) + (7 * 0.014m), with.Estimate.HourlyAtMost - without.Estimate.HourlyAtMost);
        _stack["POMONA_BUDGET_PER_RUN"] = without.Estimate.CostAtMost.ToString(System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(
            PlanVerdict.OverBudget,
            (await _stack.PlanRun.HandleAsync(new PlanRunRequest(Stack.Fruits, Stack.Run, 50, overrides), new PlayedCall())).Verdict);
    }

    [Theory]
    [InlineData("10", "12", "BudgetPerRun")]
    [InlineData("10", "1", "MaxClusterHours")]
    [InlineData("0", "168", "MaxClusterHours")]
    public async Task A_cluster_may_live_for_the_lesser_of_the_stack_s_limit_and_what_the_budget_lasts(string budget, string hours, string by)
    {
        _stack.AddImages(10);
        _stack["POMONA_BUDGET_PER_RUN"] = budget;
        _stack["POMONA_MAX_CLUSTER_HOURS"] = hours;
        var overrides = new ClusterOverrides { TaskVcpus = 60, Spot = false };

        var planned = await _stack.PlanRun.HandleAsync(new PlanRunRequest(Stack.Fruits, Stack.Run, 50, overrides), new PlayedCall());

        var whole = 3600 * int.Parse(hours, System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal((PlanVerdict.Rent, by), (planned.Verdict, planned.Cluster!.LimitedBy));
        Assert.Equal(by == "MaxClusterHours", planned.Cluster!.MaxSeconds == whole);
        if (planned.Estimate.Budget > 0)
            Assert.InRange(planned.Cluster!.MaxSeconds * planned.Estimate.HourlyAtMost / 3600, planned.Estimate.CostAtMost, planned.Estimate.Budget);
        Assert.InRange(planned.Cluster!.MaxSeconds, planned.Estimate.ClusterSeconds, whole);
    }

    private Task<PlannedRun> PlanAsync()
        => _stack.PlanRun.HandleAsync(new PlanRunRequest(Stack.Fruits, Stack.Run, 50), new PlayedCall());
}
