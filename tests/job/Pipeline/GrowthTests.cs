using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Nodes;
using Pomona.Contracts;
using Pomona.Job.Pipeline;
using Pomona.Storage;

namespace Pomona.Job.Tests.Pipeline;

/// <summary>A data set that grows: what an earlier run has of it is taken over, and the result is that of a run from scratch.</summary>
public sealed class GrowthTests : IDisposable
{
    private const int UsualSeeds = 2;

    /// <summary>More than are shown of: which classes get thumbnails changes with those that come and go.</summary>
    private const int Classes = 103;

    private readonly RunFixture _run = new(perClass: 1);

    public void Dispose() => _run.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task After_any_history_of_adding_changing_renaming_and_deleting_a_run_since_an_earlier_one_equals_one_from_scratch(bool isBucket)
    {
        var takenOver = 0L;
        await Seeds.EachAsync(UsualSeeds, async seed =>
        {
            var data = new GrowingData(seed, isBucket ? new MemoryStore() : new FolderStore(_run[$"data-{seed}"]));
            await data.BeginAsync(Classes);
            var before = $"first-{seed}";
            await RunAsync(data, before, shardSize: 40);
            for (var step = 0; step < 2; step++)
            {
                await data.ChangeAsync();
                var shardSize = data.Random.Next(10, 60);
                var (grown, scratch) = ($"grown-{seed}-{step}", $"scratch-{seed}-{step}");
                var marker = await RunAsync(data, grown, shardSize, since: before);
                await RunAsync(data, scratch, shardSize);

                Assert.Equal(Lasting(scratch), Lasting(grown));
                Assert.Equal(PlanOf(scratch), PlanOf(grown) with { Since = null });
                takenOver += marker.Summary.TakenOver ?? 0;
                before = grown;
            }
        });

        Assert.True(takenOver > UsualSeeds * Classes, "hardly anything was taken over: the test proves nothing");
    }

    [Fact]
    public async Task Nothing_new_is_taken_over_whole_without_a_model()
    {
        var data = new GrowingData(1, new MemoryStore());
        await data.BeginAsync(12);
        await data.Store.DeleteAsync("class-000/broken.bmp", CancellationToken.None); // what was rejected is tried again
        await RunAsync(data, "first");

        var marker = await RunAsync(data, "second", since: "first");

        Assert.Equal(marker.Summary.Images, marker.Summary.TakenOver);
        Assert.Equal(Lasting("first"), Lasting("second"));
        Assert.Contains("12 of 12 images were taken over", File.ReadAllText(Path.Combine(_run["second"], RunLayout.Report)), StringComparison.Ordinal);
        var page = LedgerPage.TryParse(File.ReadAllBytes(Path.Combine(_run["second"], RunLayout.PageOf(RunLayout.Features(0)))))!;
        Assert.Equal(0, page.Files[0].Summary!.Bytes); // not one image was read
    }

    [Fact]
    public async Task In_a_folder_another_content_of_the_same_size_and_time_is_worked_on()
    {
        var data = new GrowingData(2, new FolderStore(_run["data"]));
        await data.BeginAsync(12);
        await RunAsync(data, "first");
        var path = Directory.GetFiles(_run["data"], "*.bmp", SearchOption.AllDirectories).Order(StringComparer.Ordinal).First();
        var time = File.GetLastWriteTimeUtc(path);
        File.WriteAllBytes(path, data.NewImage());
        File.SetLastWriteTimeUtc(path, time);

        var marker = await RunAsync(data, "second", since: "first");

        await RunAsync(data, "scratch");
        Assert.Equal(marker.Summary.Images - 1, marker.Summary.TakenOver);
        Assert.Equal(Lasting("scratch"), Lasting("second"));
        Assert.NotEqual(Lasting("first")[RunLayout.Features(0)], Lasting("second")[RunLayout.Features(0)]);
    }

    [Theory]
    [InlineData("features/shard-00001.parquet")]
    [InlineData("cues/shard-00001.parquet")]
    [InlineData("manifest/shard-00001.jsonl")]
    [InlineData("work/ledger/features/shard-00001.parquet.page.json")]
    public async Task A_damaged_file_of_the_earlier_run_costs_its_images_work_and_nothing_else(string file)
    {
        var data = new GrowingData(3, new FolderStore(_run["data"]));
        await data.BeginAsync(20);
        await RunAsync(data, "first", shardSize: 7);
        var said = new SaidLines();

        // Once it has been counted: what is damaged before is not even hoped for.
        var opened = 0;
        var marker = await RunFixture.RunAsync(
            Request("second", 7) with { Input = _run["data"], Since = _run["first"] },
            progress: said,
            openEarlier: address =>
            {
                if (opened++ == 1)
                {
                    var bytes = File.ReadAllBytes(Path.Combine(_run["first"], file));
                    bytes[bytes.Length / 2] ^= 0x40;
                    File.WriteAllBytes(Path.Combine(_run["first"], file), file.EndsWith(".json", StringComparison.Ordinal) ? bytes[..(bytes.Length / 2)] : bytes);
                }

                return StoreAddress.Open(address);
            });

        await RunAsync(data, "scratch", shardSize: 7);
        Assert.Equal(2, opened);
        Assert.Equal(Lasting("scratch"), Lasting("second"));
        Assert.InRange(marker.Summary.TakenOver ?? 0, 1, marker.Summary.Images - 1);
        Assert.Contains(said.Lines, line => line.Contains("shard-00001", StringComparison.Ordinal) && line.EndsWith("the rest was worked on", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_earlier_run_that_is_removed_meanwhile_is_done_without()
    {
        var data = new GrowingData(4, new FolderStore(_run["data"]));
        await data.BeginAsync(12);
        await RunAsync(data, "first");
        var opened = 0;

        var marker = await RunFixture.RunAsync(
            Request("second", 5) with { Input = _run["data"], Since = _run["first"] },
            openEarlier: address =>
            {
                if (opened++ == 1)
                    Directory.Delete(_run["first"], recursive: true);
                return StoreAddress.Open(address);
            });

        await RunAsync(data, "scratch", shardSize: 5);
        Assert.Null(marker.Summary.TakenOver);
        Assert.Equal(Lasting("scratch"), Lasting("second"));
    }

    [Fact]
    public async Task A_growing_run_that_is_killed_goes_on_even_when_the_earlier_run_has_gone()
    {
        var data = new GrowingData(5, new FolderStore(_run["data"]));
        await data.BeginAsync(20);
        await RunAsync(data, "first");
        await data.ChangeAsync();
        await RunAsync(data, "scratch", shardSize: 4);
        var scratch = Lasting("scratch");
        foreach (var kill in (int[])[6, 19, 31, 44])
        {
            var output = $"killed-{kill}";
            using var dying = new DyingStore(new FolderStore(_run[output]), kill);
            await Assert.ThrowsAsync<DeathException>(() => RunFixture.RunAsync(
                Request(output, 4) with { Input = _run["data"], Since = _run["first"] }, output: dying));
            var (there, away) = (_run["first"], _run["away"]);
            if (kill > 40)
                Directory.Move(there, away);

            await RunAsync(data, output, shardSize: 4, since: "first");

            Assert.Equal(scratch, Lasting(output));
        }
    }

    [Fact]
    public async Task A_run_of_other_settings_is_refused_before_anything_is_written_and_names_the_difference()
    {
        var data = new GrowingData(6, new FolderStore(_run["data"]));
        await data.BeginAsync(3);
        await RunAsync(data, "first");
        var request = Request("second", 7) with { Input = _run["data"], Since = _run["first"] };

        var refused = await Assert.ThrowsAsync<PomonaException>(() => RunFixture.RunAsync(request with { MaxMegapixels = 50 }));

        Assert.Equal(ExitCode.Conflict, refused.Code);
        Assert.Equal(
            $"nothing can be taken over: {_run["first"]} was made otherwise: --max-megapixels was 100 and is now 50. Leave out --since, or name a finished run of the same settings.",
            refused.Message);
        Assert.False(Directory.Exists(_run["second"]));

        EditSettings("first", settings => settings["architecture"] = "Arm64");
        refused = await Assert.ThrowsAsync<PomonaException>(() => RunFixture.RunAsync(request));
        Assert.Contains("the processors' architecture was Arm64 and is now X64", refused.Message, StringComparison.Ordinal);
        EditSettings("first", settings => settings.Remove("architecture"));
        refused = await Assert.ThrowsAsync<PomonaException>(() => RunFixture.RunAsync(request));
        Assert.Contains("the processors' architecture was not noted by the version that made it and is now X64", refused.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_run["second"]));
    }

    [Fact]
    public async Task What_is_no_finished_run_or_the_output_itself_is_refused()
    {
        var data = new GrowingData(7, new FolderStore(_run["data"]));
        await data.BeginAsync(3);
        await RunAsync(data, "first");
        File.Delete(Path.Combine(_run["first"], RunLayout.Marker));
        var request = Request("second", 7) with { Input = _run["data"], Since = _run["first"] };

        var refused = await Assert.ThrowsAsync<PomonaException>(() => RunFixture.RunAsync(request));
        Assert.Contains("is not the folder of a finished run", refused.Message, StringComparison.Ordinal);
        refused = await Assert.ThrowsAsync<PomonaException>(() => RunFixture.RunAsync(request with { Since = request.Output }));
        Assert.Contains("name the same folder", refused.Message, StringComparison.Ordinal);
        refused = await Assert.ThrowsAsync<PomonaException>(() => RunFixture.RunAsync(request with { UseSnapshot = true }));
        Assert.Contains("leave out --since", refused.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_run["second"]));
    }

    private RunRequest Request(string output, int shardSize) => _run.Request(output, shardSize: shardSize);

    private Task<RunMarker> RunAsync(GrowingData data, string output, int shardSize = 7, string? since = null)
        => RunFixture.RunAsync(
            Request(output, shardSize) with { Input = data.Store.Address, Since = since is null ? null : _run[since] }, input: data.Again());

    private SortedDictionary<string, string> Lasting(string output)
    {
        var files = _run.Lasting(output);
        Assert.True(files.Remove(RunLayout.Plan)); // it says what is taken over
        return files;
    }

    private RunPlan PlanOf(string output)
        => JsonSerializer.Deserialize(File.ReadAllBytes(Path.Combine(_run[output], RunLayout.Plan)), ContractJson.Readable.RunPlan)!;

    private void EditSettings(string output, Action<JsonObject> edit)
    {
        var path = Path.Combine(_run[output], RunLayout.Settings);
        var settings = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        edit(settings);
        File.WriteAllText(path, settings.ToJsonString());
    }

    /// <summary>Small pictures of noise in many classes, which come, change, move and go.</summary>
    private sealed class GrowingData(int seed, IStore store)
    {
        private const int Side = 9;
        private readonly SortedSet<string> _keys = new(KeyOrder.Instance);
        private int _named;

        public Random Random { get; } = new(seed);

        public IStore Store => store;

        /// <summary>The store for one run, which disposes of it.</summary>
        public IStore Again() => store is FolderStore ? new FolderStore(store.Address) : store;

        public async Task BeginAsync(int images)
        {
            for (var image = 0; image < images; image++)
                await WriteAsync(NewKey(), NewImage());
            await WriteAsync("class-000/broken.bmp", "no picture"u8.ToArray());
        }

        public async Task ChangeAsync()
        {
            for (var change = Random.Next(5, 15); change > 0; change--)
            {
                var key = _keys.ElementAt(Random.Next(_keys.Count));
                switch (Random.Next(6))
                {
                    case 0:
                        await WriteAsync(key, NewImage());
                        break;
                    case 1:
                        await WriteAsync(key, Random.Next(2) == 0 ? "no picture"u8.ToArray() : NewImage());
                        break;
                    case 2:
                        await RemoveAsync(key);
                        break;
                    case 3:
                        using (var moved = await store.ReadAsync(key, null, CancellationToken.None))
                            await WriteAsync(NewKey(), moved.Span.ToArray());
                        await RemoveAsync(key);
                        break;
                    default:
                        await WriteAsync(NewKey(), NewImage());
                        break;
                }
            }
        }

        /// <summary>A bitmap; all of them have one size.</summary>
        public byte[] NewImage()
        {
            const int Head = 54;
            const int Row = ((3 * Side) + 3) / 4 * 4;
            var file = new byte[Head + (Row * Side)];
            Random.NextBytes(file.AsSpan(Head));
            "BM"u8.CopyTo(file);
            BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(2), file.Length);
            BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(10), Head);
            BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(14), 40);
            BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(18), Side);
            BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(22), Side);
            BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(26), 1);
            BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(28), 24);
            return file;
        }

        private string NewKey() => $"class-{Random.Next(2 * Classes):D3}/{_named++:D3}.bmp";

        private async Task WriteAsync(string key, byte[] content)
        {
            await store.WriteAsync(key, content, CancellationToken.None);
            _keys.Add(key);
        }

        private async Task RemoveAsync(string key)
        {
            await store.DeleteAsync(key, CancellationToken.None);
            _keys.Remove(key);
        }
    }

    /// <summary>What a run says.</summary>
    private sealed class SaidLines : IRunProgress
    {
        private readonly Job.Progress.NoProgress _inner = new();

        public List<string> Lines { get; } = [];

        public IStageProgress Begin(string stage, long images) => _inner.Begin(stage, images);

        public void Say(string line) => Lines.Add(line);
    }
}
