using Microsoft.Extensions.Time.Testing;
using Microsoft.Spark.Sql;
using Pomona.Contracts;
using Pomona.Job.Engines;
using Pomona.Job.Engines.Spark;
using Pomona.Job.Tests.Engines.Spark;
using Pomona.Job.Workers;
using Pomona.Storage;
using static Pomona.Shards.Tests.SnapshotRun;

namespace Pomona.Shards.Tests;

public sealed class RunShardsTests : IDisposable
{
    private const int Shards = 4;
    private readonly SnapshotRun _run = new();

    public void Dispose() => _run.Dispose();

    [StandInSparkFact]
    public async Task The_local_engine_a_cluster_and_functions_write_the_same_bytes()
    {
        foreach (var engine in (string[])["local", "spark", "functions"])
            await _run.WithSnapshotAsync(new FolderStore(_run[engine]));
        using (var local = new FolderStore(_run["local"]))
            await _run.RunAsync(local, new LocalEngine());
        using (var cluster = new FolderStore(_run["spark"]))
        using (var engine = new SparkEngine(SparkSession.Builder().GetOrCreate(), new ShardTasks()))
            await _run.RunAsync(cluster, engine);

        var answer = await FinishAsync(_run.Function(() => new FolderStore(_run["functions"])), _run.Next);

        Assert.Equal((ShardsAnswer.Finished, 10L, 2L, Shards), (answer.Verdict, answer.Summary!.Images, answer.Summary.Rejected, answer.Summary.Shards));
        Assert.Contains("features/shard-00003.parquet", _run.Lasting("functions").Keys);
        Assert.Contains(RunLayout.Rejected, _run.Lasting("functions").Keys);
        Assert.Equal(_run.Lasting("local"), _run.Lasting("functions"));
        Assert.Equal(_run.Lasting("local"), _run.Lasting("spark"));
        Assert.Contains(HandingOutEngine.EngineName, File.ReadAllText(Path.Combine(_run["functions"], RunLayout.Report)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Functions_take_over_what_is_unchanged_and_write_the_bytes_of_a_run_from_scratch()
    {
        using (var before = new FolderStore(_run["before"]))
            await _run.RunAsync(await _run.WithSnapshotAsync(before), new LocalEngine());
        var photo = Directory.GetFiles(_run["fruits"], "*_drawn_*.jpg", SearchOption.AllDirectories).Order(StringComparer.Ordinal).First();
        File.Copy(photo, photo.Replace(".jpg", "-again.jpg", StringComparison.Ordinal));
        using (var scratch = new FolderStore(_run["scratch"]))
            await _run.RunAsync(await _run.WithSnapshotAsync(scratch), new LocalEngine());
        using (var earlier = new FolderStore(_run["before"]))
            await _run.WithSnapshotAsync(new FolderStore(_run["grown"]), await FinishedRun.OpenAsync(earlier, string.Empty, CancellationToken.None));

        var answer = await FinishAsync(_run.Function(() => new FolderStore(_run["grown"])), _run.Next);

        Assert.Equal((11L, 10L), (answer.Summary!.Images, answer.Summary.TakenOver));
        Assert.Equal(ButThePlan("scratch"), ButThePlan("grown"));

        // It says what is taken over.
        IEnumerable<KeyValuePair<string, string>> ButThePlan(string output) => _run.Lasting(output).Where(file => file.Key != RunLayout.Plan);
    }

    [Fact]
    public async Task What_one_engine_began_another_goes_on_with_to_the_same_bytes()
    {
        var whole = await _run.WithSnapshotAsync(NewBucketFolder());
        await _run.RunAsync(whole, new LocalEngine());
        var shared = await _run.WithSnapshotAsync(NewBucketFolder());
        var function = _run.Function(() => shared);
        var begun = await function.HandleAsync(_run.Next, new PlayedCall());
        await function.HandleAsync(Work(_run.Next, begun, begun.Batches![0]), new PlayedCall());

        await _run.RunAsync(shared, new LocalEngine());

        Assert.Equal(Lasting(whole), Lasting(shared));
        Assert.Equal(ShardsAnswer.Finished, (await function.HandleAsync(_run.Next, new PlayedCall())).Verdict);
    }

    [Fact]
    public async Task Stages_follow_one_another_in_batches_of_as_many_shards_as_were_asked_for()
    {
        var output = await _run.WithSnapshotAsync(NewBucketFolder());
        var function = _run.Function(() => output);
        var stages = new List<string?>();

        var answer = await function.HandleAsync(_run.Next, new PlayedCall());
        Assert.Equal([new ShardBatch(0, 2), new ShardBatch(2, 4)], answer.Batches);
        while (answer.Verdict == ShardsAnswer.WorkLeft)
        {
            stages.Add(answer.Stage);
            foreach (var batch in answer.Batches!)
                await function.HandleAsync(Work(_run.Next, answer, batch), new PlayedCall());
            answer = await function.HandleAsync(Again(_run.Next, answer), new PlayedCall());
        }

        Assert.Equal(["extract", "fit", "reduce"], stages);
        Assert.Equal((4, "fruits"), (answer.Round, answer.Summary!.Dataset));
    }

    [Fact]
    public async Task A_call_whose_time_runs_out_keeps_what_it_finished_and_says_where_to_go_on()
    {
        var output = await _run.WithSnapshotAsync(NewBucketFolder());
        var function = _run.Function(() => output);
        var begun = await function.HandleAsync(_run.Next, new PlayedCall());
        var (from, answers) = (0, new List<(string, int)>());
        while (from < Shards)
        {
            var answer = await function.HandleAsync(Work(_run.Next, begun, new ShardBatch(from, Shards)), new PlayedCall(remaining: TimeSpan.FromSeconds(10)));
            Assert.Contains(RunLayout.PageOf(RunLayout.Features(from)), output.Keys);
            Assert.DoesNotContain(RunLayout.Features(answer.From), output.Keys);
            answers.Add((answer.Verdict, from = answer.From));
        }

        Assert.Equal([("more", 1), ("more", 2), ("more", 3), ("done", 4)], answers);
    }

    [Fact]
    public async Task A_run_that_somebody_writes_is_busy_until_its_writer_has_given_no_sign_of_life_for_a_minute_and_a_half()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(57));
        var output = await _run.WithSnapshotAsync(NewBucketFolder());
        using var killed = new TroubledStore(output, seed: 1, oneIn: 1_000_000, changes: 3);
        await Assert.ThrowsAsync<KilledException>(() => _run.Function(() => killed, time).HandleAsync(_run.Next, new PlayedCall()));
        var function = _run.Function(() => output, time);

        await Assert.ThrowsAsync<RunIsBusyException>(() => function.HandleAsync(_run.Next, new PlayedCall()));

        time.Advance(TimeSpan.FromSeconds(91));
        Assert.Equal(ShardsAnswer.WorkLeft, (await function.HandleAsync(_run.Next, new PlayedCall())).Verdict);
    }

    [Fact]
    public async Task Stages_take_what_they_took_over_all_calls_also_while_no_function_ran()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(57));
        var output = await _run.WithSnapshotAsync(NewBucketFolder());
        var answer = await _run.Function(() => output, time).HandleAsync(_run.Next, new PlayedCall());
        foreach (var seconds in (int[])[60, 5, 7])
        {
            time.Advance(TimeSpan.FromSeconds(seconds));
            foreach (var batch in answer.Batches!)
                await _run.Function(() => output, time).HandleAsync(Work(_run.Next, answer, batch), new PlayedCall());
            answer = await _run.Function(() => output, time).HandleAsync(Again(_run.Next, answer), new PlayedCall());
        }

        Assert.Equal(
            [("plan", 0d), ("extract", 60d), ("fit", 5d), ("reduce", 7d), ("publish", 0d)], answer.Stages!.Select(static stage => (stage.Stage, stage.Seconds!.Value)));
        Assert.Equal(72, answer.Summary!.Seconds);
    }

    [Fact]
    public async Task A_batch_of_a_run_that_has_not_begun_is_refused()
    {
        var output = NewBucketFolder();

        var refused = await Assert.ThrowsAsync<RunRefusedException>(
            () => _run.Function(() => output).HandleAsync(_run.Next with { Do = ShardsRequest.Work, Stage = "extract", From = 0, To = 1 }, new PlayedCall()));

        Assert.Contains(RunLayout.Settings, refused.Message, StringComparison.Ordinal);
        Assert.Empty(output.Keys);
    }

    public static TheoryData<string, string> Refusals => new()
    {
        { "\"do\"", "dance" },
        { "\"inputUri\"", "s3://pomona-test/datasets/vegetables/" },
        { "\"inputUri\"", "s3://another/datasets/fruits/" },
        { "\"outputUri\"", "s3://pomona-test/runs/fruits/20261121T130455Z-00000000/" },
        { "\"outputUri\"", "/tmp/out" },
        { "\"artifacts\"", "s3://pomona-test/artifacts/current/" },
        { "\"artifacts\"", $"s3://another/artifacts/{new string('0', 64)}/" },
        { "\"artifacts\"", $"s3://pomona-test/artifacts/../runs/{new string('0', 64)}/" },
        { "stage is extract, fit or reduce", "publish" },
        { "stage is extract, fit or reduce", "1" },
        { "stage is extract, fit or reduce", "" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task What_is_not_the_run_s_is_refused_before_anything_is_read(string names, string value)
    {
        var request = names switch
        {
            "\"do\"" => _run.Next with { Do = value },
            "\"inputUri\"" => _run.Next with { InputUri = value },
            "\"outputUri\"" => _run.Next with { OutputUri = value },
            "\"artifacts\"" => _run.Next with { Artifacts = value },
            _ => _run.Next with { Do = ShardsRequest.Work, Stage = value, From = 0, To = 1 },
        };
        var function = new RunShards(
            new ShardsSettings(Bucket, 1769), (address, _) => throw new InvalidOperationException($"{address} was opened"), _run.Temporary, TimeProvider.System);

        var refused = await Assert.ThrowsAsync<RunRefusedException>(() => function.HandleAsync(request, new PlayedCall()));

        Assert.Contains(names, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 1)]
    public async Task A_batch_without_numbers_is_none(int from, int to)
        => await Assert.ThrowsAsync<RunRefusedException>(() => _run.Function(() => NewBucketFolder()).HandleAsync(
            _run.Next with { Do = ShardsRequest.Work, Stage = "extract", From = from, To = to }, new PlayedCall()));
}
