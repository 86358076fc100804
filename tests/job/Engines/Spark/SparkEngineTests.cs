using Microsoft.Spark.Sql;
using Pomona.Contracts;
using Pomona.Job.Engines.Spark;
using Pomona.Job.Pipeline;
using Pomona.Job.Tests.Pipeline;
using Pomona.Job.Workers;
using Pomona.Storage;
using Pomona.Vision.Models.Catalog;

namespace Pomona.Job.Tests.Engines.Spark;

public sealed class SparkEngineTests : IDisposable
{
    private const int Shards = 6;
    private const int Images = 40;
    private readonly RunFixture _run = new();

    public void Dispose() => _run.Dispose();

    [StandInSparkFact]
    public async Task Spark_writes_the_same_bytes_as_the_local_engine()
    {
        await RunFixture.RunAsync(_run.Request("local"));
        var progress = new CountingProgress();

        var marker = await RunOnSparkAsync(_run.Request("spark"), progress);

        Assert.Equal((Images, Shards), (marker.Summary.Images, marker.Summary.Shards));
        Assert.Equal(_run.Lasting("local"), _run.Lasting("spark"));
    }

    [StandInSparkFact]
    public async Task What_is_unchanged_is_taken_over_on_Spark_by_whoever_works_on_a_shard()
    {
        await RunFixture.RunAsync(_run.Request("before"));
        var photos = Directory.GetFiles(_run.Input, "*.jpg", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToArray();
        File.Copy(photos[0], Path.Combine(Path.GetDirectoryName(photos[0])!, "another.jpg"));
        File.Delete(photos[^1]);
        await RunFixture.RunAsync(_run.Request("scratch"));

        var marker = await RunOnSparkAsync(_run.Request("grown") with { Since = _run["before"] }, new CountingProgress());

        Assert.Equal(Images - 1, marker.Summary.TakenOver);
        Assert.Equal(ButThePlan("scratch"), ButThePlan("grown"));

        // It says what is taken over.
        IEnumerable<KeyValuePair<string, string>> ButThePlan(string output) => _run.Lasting(output).Where(file => file.Key != RunLayout.Plan);
    }

    [StandInSparkFact]
    public async Task Progress_counts_every_shard_and_image_once_however_often_they_were_done()
    {
        var progress = new CountingProgress();

        await RunOnSparkAsync(
            _run.Request(), progress, ("spark.speculation", "true"), ("spark.standin.lostResults", "0,3,5"));

        Assert.Equal((Images, Shards), progress["extract"]);
        Assert.Equal((Images, Shards), progress["reduce"]);
        Assert.Equal(Images, progress["fit"].Images);
    }

    [StandInSparkFact]
    public async Task Speculative_copies_and_lost_executors_change_no_byte()
    {
        await RunFixture.RunAsync(_run.Request("local"));

        await RunOnSparkAsync(_run.Request("twice"), new CountingProgress(), ("spark.speculation", "true"));
        await RunOnSparkAsync(_run.Request("lost"), new CountingProgress(), ("spark.standin.lostResults", "0,1,2,3,4,5"));

        Assert.Equal(_run.Lasting("local"), _run.Lasting("twice"));
        Assert.Equal(_run.Lasting("local"), _run.Lasting("lost"));
    }

    [StandInSparkFact]
    public async Task A_shard_that_fails_at_first_is_tried_again_until_it_succeeds()
    {
        await RunFixture.RunAsync(_run.Request("local"));
        // A folder where shard 2's part belongs; it goes away once all other shards are done, so after a failure at least.
        var obstacle = Path.Combine(_run["out"], RunLayout.Features(2));
        Directory.CreateDirectory(Path.Combine(obstacle, "in the way"));
        var othersDone = 0;
        var progress = new CountingProgress(stage =>
        {
            if (stage == "extract" && Interlocked.Increment(ref othersDone) == Shards - 1)
                Directory.Delete(obstacle, recursive: true);
        });

        await RunOnSparkAsync(_run.Request(), progress, ("spark.task.maxFailures", "100000"));

        Assert.Equal(_run.Lasting("local"), _run.Lasting("out"));
    }

    [StandInSparkFact]
    public async Task A_shard_that_fails_on_every_attempt_ends_the_run_and_is_named()
    {
        Directory.CreateDirectory(Path.Combine(_run["out"], RunLayout.Features(2), "in the way"));

        var failed = await Assert.ThrowsAsync<PomonaException>(() => RunOnSparkAsync(_run.Request(), new CountingProgress()));

        Assert.Contains("Extract of shard 2", failed.Message, StringComparison.Ordinal);
        Assert.Contains("features/shard-00002.parquet", failed.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("\n", failed.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_run["out"], RunLayout.Marker)));

        Directory.Delete(Path.Combine(_run["out"], RunLayout.Features(2)), recursive: true);
        await RunFixture.RunAsync(_run.Request("local"));
        await RunOnSparkAsync(_run.Request(), new CountingProgress());
        Assert.Equal(_run.Lasting("local"), _run.Lasting("out"));
    }

    [StandInSparkFact]
    public async Task A_node_without_a_usable_model_fails_with_the_models_own_reason()
    {
        // The driver has read the model; the workers find a file that is none.
        var model = await new ModelCatalog(new ModelCatalogOptions()).ResolveAsync(_run.Model, CancellationToken.None);
        File.WriteAllText(_run.Model, "no model");

        var failed = await Assert.ThrowsAsync<PomonaException>(() => RunOnSparkAsync(_run.Request(), new CountingProgress(), model));

        Assert.Equal(ExitCode.Model, failed.Code);
        Assert.Matches("^Extract of shard [0-9]: .*tiny\\.onnx", failed.Message);
    }

    [StandInSparkFact]
    public async Task A_cancelled_run_stops_and_goes_on_later_to_the_same_bytes()
    {
        await RunFixture.RunAsync(_run.Request("local"));
        using var stop = new CancellationTokenSource();
        var progress = new CountingProgress(_ => stop.Cancel());

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => RunOnSparkAsync(_run.Request(), progress, cancellation: stop.Token));
        Assert.False(File.Exists(Path.Combine(_run["out"], RunLayout.Marker)));

        await RunOnSparkAsync(_run.Request(), new CountingProgress());
        Assert.Equal(_run.Lasting("local"), _run.Lasting("out"));
    }

    [StandInSparkFact]
    public async Task When_Spark_itself_gives_up_its_own_sentence_is_the_error()
    {
        using var session = SparkSession.Builder().GetOrCreate();
        session.Stop();

        var failed = await Assert.ThrowsAsync<PomonaException>(() => RunFixture.RunAsync(
            _run.Request(), new SparkEngine(session, new ShardTasks())));

        Assert.Equal(ExitCode.Engine, failed.Code);
        Assert.Contains("SparkContext was shut down", failed.Message, StringComparison.Ordinal);
    }

    [StandInSparkFact]
    public void A_JVM_that_has_gone_does_not_hide_what_went_wrong_before()
    {
        var failed = Assert.Throws<PomonaException>(Fail);

        Assert.Equal("Spark gave the extract stage up", failed.Message);

        static void Fail()
        {
            using var engine = new SparkEngine(
                SparkSession.Builder().Config("spark.standin.jvmGone", "true").GetOrCreate(), new ShardTasks());
            throw new PomonaException(ExitCode.Engine, "Spark gave the extract stage up");
        }
    }

    [Fact]
    public void Without_a_Spark_that_started_the_program_the_error_says_how_to_start_it()
    {
        var refused = Assert.Throws<PomonaException>(() => SparkEngine.Connect(new ShardTasks()));

        Assert.Equal(ExitCode.Usage, refused.Code);
        Assert.Contains("SPARK_HOME", refused.Message, StringComparison.Ordinal);
    }

    private static Task<RunMarker> RunOnSparkAsync(
        RunRequest request, CountingProgress progress, params (string Key, string Value)[] configuration)
        => RunOnSparkAsync(request, progress, null, default, configuration);

    private static async Task<RunMarker> RunOnSparkAsync(
        RunRequest request,
        CountingProgress progress,
        ResolvedModel? model = null,
        CancellationToken cancellation = default,
        params (string Key, string Value)[] configuration)
    {
        var builder = SparkSession.Builder();
        foreach (var (key, value) in configuration)
            builder.Config(key, value);
        using var input = StoreAddress.Open(request.Input);
        using var output = StoreAddress.Open(request.Output);
        using var engine = new SparkEngine(builder.GetOrCreate(), new ShardTasks());
        model ??= await new ModelCatalog(new ModelCatalogOptions()).ResolveAsync(request.Model, cancellation);
        return await new RunPipeline(request, model, input, output, engine, progress, TimeProvider.System)
        {
            BetweenLooks = TimeSpan.FromMilliseconds(5),
        }.RunAsync(cancellation);
    }
}
