using System.Text;
using System.Text.Json;
using Pomona.Contracts;
using Pomona.Functions.Mails;
using Pomona.Functions.Planning;
using Pomona.Functions.Tests.Fakes;

namespace Pomona.Functions.Tests.Planning;

/// <summary>PlanRun over a data set that has been run before.</summary>
public sealed class TakeOverTests
{
    private const int Before = 3000;
    private const int Added = 150;

    private static readonly RunId Next = RunId.Parse("20261122T130455Z-3f9a2c1b");

    private readonly Stack _stack = new();

    [Fact]
    public async Task What_is_unchanged_is_taken_over_and_the_rest_is_reckoned_as_a_data_set_of_its_own()
    {
        await FinishAsync(Before, rejected: ["a/00007.jpg", "a/00900.jpg"]);
        Add(Before, Added);
        _stack.Bucket["datasets/fruits/a/00001.jpg"] = [9, 9, 9]; // changed
        await _stack.Bucket.DeleteAsync("datasets/fruits/a/00002.jpg", default);
        await _stack.Bucket.DeleteAsync("datasets/fruits/a/00900.jpg", default);

        var planned = await PlanAsync();

        Assert.Equal(Before + Added - 2, planned.Plan.Images);
        Assert.Equal($"s3://pomona-test/runs/fruits/{Stack.Run}/", planned.Plan.Since!.Run);
        Assert.Equal(Before - 4, planned.Plan.Since.Unchanged); // one changed, one gone, one rejected, one rejected and gone
        Assert.Equal(3 * (Added + 2), planned.Plan.Since.NewBytes);
        Assert.Equal(
            $"2,996 images are taken over from run {Stack.Run}, 152 are new or changed.", planned.TakeOver);
        Assert.Equal(planned.Plan, JsonSerializer.Deserialize(_stack.Bucket[BucketLayout.Run(Stack.Fruits, Next) + RunLayout.Plan], ContractJson.Readable.RunPlan));
    }

    [Fact]
    public async Task A_cluster_for_five_hundred_of_many_is_as_large_as_for_five_hundred_and_functions_are_chosen_where_they_are_enough()
    {
        const long All = 2_000_000;
        var sizing = _stack.Sizing;
        var few = new RunPlan("s3://b/d/", 500, 500 * 4000, 1, 512, 0, "f");
        var many = few with { Images = All, Bytes = All * 4000, Shards = (int)(All / 512) };
        var grown = many with { Since = new SinceRun("s3://b/runs/d/r/", 10_000 - 500, 0) } with { Images = 10_000, Bytes = 10_000L * 4000, Shards = 20 };
        grown = grown with { Since = grown.Since! with { NewBytes = 500 * 4000 } };

        Assert.Equal(sizing.SizeOf(few, null).Task, sizing.SizeOf(grown, null).Task);
        Assert.True(sizing.SizeOf(many, null).Task > sizing.SizeOf(grown, null).Task);
        Assert.InRange(ImageWork.SmallPhotosOf(grown, JobArguments.Exact), 500, 1000);
        Assert.Equal(500, ImageWork.SmallPhotosOf(few, JobArguments.Exact));
        var (fromScratch, growing) = (_stack.FunctionSizing.OfferFor(grown with { Since = null }), _stack.FunctionSizing.OfferFor(grown));
        Assert.True(growing.Estimate.Cost < fromScratch.Estimate.Cost / 2, $"{growing.Estimate} {fromScratch.Estimate}");

        _stack["POMONA_ENGINE"] = RunEngine.Auto;
        await FinishAsync(Before);
        Add(Before, Added);
        Assert.Equal((RunEngine.Functions, PlanVerdict.Invoke), ((await PlanAsync()).Engine, (await PlanAsync()).Verdict));
    }

    [Fact]
    public async Task Where_nothing_is_new_nothing_is_written_or_rented_and_the_mail_names_the_run_whose_results_stand()
    {
        await FinishAsync(40);
        var measured = (await _stack.MeasureDataset.HandleAsync(new Pomona.Functions.Datasets.MeasureRequest(Stack.Fruits), new PlayedCall())).Fingerprint;
        var keys = _stack.Bucket.Keys;

        var planned = await PlanAsync(measured: measured);

        Assert.Equal(PlanVerdict.Unchanged, planned.Verdict);
        Assert.Equal(keys, _stack.Bucket.Keys);
        Assert.Equal(measured, planned.Plan.Fingerprint);
        Assert.Null(planned.Cluster);
        Assert.Equal(0, planned.Estimate.CostAtMost);
        foreach (var language in (string[])["en", "fr"])
        {
            _stack["POMONA_LANGUAGE"] = language;
            var mail = await _stack.ComposeMail.HandleAsync(
                new ComposeMailRequest(MailKind.Unchanged, Plan: planned), new PlayedCall());
            Assert.Contains(Stack.Run.Value, mail.Message, StringComparison.Ordinal);
            Assert.Contains(language == "en" ? "Nothing was rented" : "Rien n'a été loué", mail.Message, StringComparison.Ordinal);
        }

        _stack["POMONA_LANGUAGE"] = "en";
        Assert.Equal(PlanVerdict.Unchanged, (await DryAsync("""{"dataset": "fruits"}""")).Verdict);
        Assert.Equal(PlanVerdict.Rent, (await DryAsync("""{"dataset": "fruits", "fresh": true}""")).Verdict);
        Assert.Equal(PlanVerdict.Rent, (await DryAsync("""{"dataset": "fruits", "components": 7}""")).Verdict);
        Assert.Equal(PlanVerdict.Rent, (await DryAsync("""{"dataset": "fruits", "cluster": {"keepMinutes": 5}}""")).Verdict);
    }

    [Fact]
    public async Task A_basis_stands_in_the_plan_with_all_its_components_and_no_earlier_run_is_the_same()
    {
        await FinishAsync(40);
        var input = $$"""{"dataset": "fruits", "basis": "{{Stack.Run}}"}""";

        var planned = await DryAsync(input);

        Assert.Equal(PlanVerdict.Rent, planned.Verdict);
        Assert.Equal($"s3://pomona-test/runs/fruits/{Stack.Run}/", planned.Plan.Basis);
        using var given = JsonDocument.Parse(input);
        var open = await _stack.OpenRun.HandleAsync(
            new Pomona.Functions.Runs.OpenRunRequest(given.RootElement, "by-hand", "arn:aws:states:eu-west-3:123456789012:execution:pomona-pipeline:by-hand", _stack.Clock.GetUtcNow()), new PlayedCall());
        Assert.Equal((Stack.Run, ExecutionInput.MostComponents), (open.Basis, open.Components.Count));
    }

    [Fact]
    public async Task A_basis_that_is_no_finished_run_or_of_other_features_is_refused_before_anything_is_written()
    {
        var keys = _stack.Bucket.Keys;
        Assert.Contains(
            $"\"basis\" is {Stack.Run}, whose components cannot be kept: s3://pomona-test/runs/fruits/{Stack.Run}/ is not the folder of a finished run",
            (await Assert.ThrowsAsync<InvalidExecutionInputException>(() => PlanAsync(basis: Stack.Run))).Message, StringComparison.Ordinal);
        Assert.Equal(keys, _stack.Bucket.Keys);

        await FinishAsync(40);
        Assert.Contains(
            "its features were made otherwise: --decode was exact and is now scaled",
            (await Assert.ThrowsAsync<InvalidExecutionInputException>(
                () => DryAsync($$"""{"dataset": "fruits", "decode": "scaled", "basis": "{{Stack.Run}}"}"""))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Other_components_of_the_same_images_are_found_without_looking_at_an_image()
    {
        await FinishAsync(40);

        var planned = await PlanAsync(components: 20, measured: "not that");

        Assert.Equal((PlanVerdict.Rent, 40L, 0L), (planned.Verdict, planned.Plan.Since!.Unchanged, planned.Plan.NewImages));
    }

    [Theory]
    [InlineData("decode", "\"Scaled\"", "--decode was scaled and is now exact")]
    [InlineData("maxMegapixels", "50", "--max-megapixels was 50 and is now 100")]
    [InlineData("architecture", "\"Arm64\"", "the processors' architecture was Arm64 and is now X64")]
    [InlineData("arithmetic", "0", "the version of the arithmetic was 0 and is now 1")]
    [InlineData("honourOrientation", "false", "--exif-rotation was off and is now on")]
    [InlineData("parts", "null", "the form of the parts was not noted by the version that made it and is now Parquet, zstd, 2")]
    public async Task A_run_of_other_settings_is_not_taken_over_from_and_the_plan_says_why(string member, string value, string says)
    {
        await FinishAsync(40, settings: json => json[member] = System.Text.Json.Nodes.JsonNode.Parse(value));

        var planned = await PlanAsync();

        Assert.Null(planned.Plan.Since);
        Assert.Equal($"Nothing is taken over from run {Stack.Run}, which was made otherwise: {says}.", planned.TakeOver);
    }

    [Fact]
    public async Task A_run_whose_files_are_gone_or_damaged_is_taken_over_from_as_far_as_it_goes()
    {
        await FinishAsync(Before);
        var root = BucketLayout.Run(Stack.Fruits, Stack.Run);
        _stack.Bucket[root + RunLayout.Manifest(2)] = "{"u8.ToArray();

        var planned = await PlanAsync();
        Assert.Equal(2 * 512, planned.Plan.Since!.Unchanged);

        await _stack.Bucket.DeleteAsync(root + RunLayout.Marker, default);
        planned = await PlanAsync(RunId.Parse("20261123T130455Z-3f9a2c1b"));
        Assert.Null(planned.Plan.Since);
        Assert.Contains("is not the folder of a finished run", planned.TakeOver, StringComparison.Ordinal);
        Assert.Equal(PlanVerdict.Rent, planned.Verdict);
    }

    private Task<PlannedRun> PlanAsync(RunId? run = null, int components = 50, string? measured = null, RunId? basis = null) => _stack.PlanRun.HandleAsync(
        new PlanRunRequest(Stack.Fruits, run ?? Next, components, ExifRotation: JobArguments.On, Basis: basis, Measured: measured), new PlayedCall());

    private Task<PlannedRun> DryAsync(string input) => _stack.PlanRun.HandleAsync(
        new PlanRunRequest(null!, null!, null, DryRun: true, Input: JsonDocument.Parse(input).RootElement), new PlayedCall());

    [Theory]
    [InlineData("\\ud800")]
    [InlineData("")]
    public async Task A_run_that_does_not_say_its_id_is_not_taken_over_from_and_stops_no_other(string id)
    {
        await FinishAsync(300);
        var key = BucketLayout.Run(Stack.Fruits, Stack.Run) + RunLayout.Settings;
        _stack.Bucket[key] = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(_stack.Bucket[key]).Replace("of-its-own", id, StringComparison.Ordinal));

        Assert.Null((await PlanAsync()).Plan.Since);
    }

    private void Add(int from, int count)
    {
        for (var image = from; image < from + count; image++)
            _stack.Bucket[$"datasets/fruits/a/{image:D5}.jpg"] = [1, 2, 3];
    }

    /// <summary>What a finished run leaves of what PlanRun looks at.</summary>
    private async Task FinishAsync(int images, IReadOnlyList<string>? rejected = null, Action<System.Text.Json.Nodes.JsonObject>? settings = null)
    {
        Add(0, images);
        var plan = (await PlanAsync(Stack.Run)).Plan;
        var root = BucketLayout.Run(Stack.Fruits, Stack.Run);
        var model = Encoding.UTF8.GetString(_stack.Bundles[Bundle.KeyOf(plan.Artifacts!, BucketLayout.ArtifactList)])
            .Split('\n').Single(line => line.EndsWith(Bundle.Model, StringComparison.Ordinal)).Split(' ')[0];
        var json = new System.Text.Json.Nodes.JsonObject
        {
            ["run"] = "of-its-own",
            ["components"] = 50,
            ["resize"] = "Bicubic",
            ["honourOrientation"] = true,
            ["decode"] = "Exact",
            ["maxMegapixels"] = 100,
            ["model"] = new System.Text.Json.Nodes.JsonObject { ["sha256"] = model, ["outputName"] = "features" },
            ["parts"] = FeatureSettings.CurrentParts,
            ["architecture"] = "X64",
            ["arithmetic"] = FeatureSettings.CurrentArithmetic,
        };
        settings?.Invoke(json);
        _stack.Bucket[root + RunLayout.Settings] = Encoding.UTF8.GetBytes(json.ToJsonString());
        for (var shard = 0; shard < plan.Shards; shard++)
        {
            var entries = ManifestEntry.TryReadAll(_stack.Bucket[root + RunLayout.Manifest(shard)])!;
            RejectedImage[] refused = [.. entries.Where(entry => rejected?.Contains(entry.Key) == true).Select(entry => new RejectedImage(entry.Key, "no picture"))];
            var used = entries.Count - refused.Length;
            var line = new LedgerLine(
                RunLayout.Features(shard), 1, "00", Summary: new ShardSummary(used, new Dictionary<string, int> { ["a"] = used }, refused, 1, 1));
            _stack.Bucket[root + RunLayout.PageOf(line.Key)] = new LedgerPage("of-its-own", [line]).ToJson();
        }

        _stack.Bucket[root + RunLayout.Marker] = JsonSerializer.SerializeToUtf8Bytes(
            new RunMarker(RunMarker.CurrentVersion, Stack.Summary, null, null, Stack.Start), ContractJson.Readable.RunMarker);
        _stack.Bucket[BucketLayout.LatestRun(Stack.Fruits)] = JsonSerializer.SerializeToUtf8Bytes(
            new LatestRun(Stack.Run, plan.Fingerprint, Stack.Start, Stack.Summary), ContractJson.Readable.LatestRun);
    }
}
