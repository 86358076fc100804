using Pomona.Contracts;
using Pomona.Job.Pipeline;
using Pomona.Job.Runs;
using Pomona.Storage;

namespace Pomona.Job.Tests.Pipeline;

/// <summary>A run touches only what is its own, in a folder and in a bucket.</summary>
public sealed class ForeignFilesTests : IDisposable
{
    private readonly RunFixture _run = new(perClass: 1);
    private readonly MemoryStore _bucket = new();

    public void Dispose()
    {
        _run.Dispose();
        _bucket.Dispose();
    }

    [Theory]
    [InlineData("features/shard-00000.parquet", false)]
    [InlineData("features/shard-00000.parquet", true)]
    [InlineData("components/shard-12345.parquet", true)]
    [InlineData("work/moments/group-00000.bin", true)]
    [InlineData("work/settings.json", true)]
    [InlineData("work/lock.holder.json", false)]
    [InlineData("manifest/shard-00001.jsonl", false)]
    [InlineData("manifest/plan.json", false)]
    [InlineData("model/pca.json", true)]
    [InlineData("report.html", false)]
    [InlineData("report.html", true)]
    [InlineData("rejected.jsonl", false)]
    [InlineData("quality.jsonl", true)]
    [InlineData("_SUCCESS", true)]
    [InlineData("work/ledger/report.html.page.json", true)]
    public async Task A_foreign_file_where_a_run_writes_is_refused_in_one_sentence_before_anything_is_written(string key, bool restart)
    {
        _run.Write("out/" + key, "somebody's"u8);
        _bucket[key] = "somebody's"u8.ToArray();

        var inFolder = await Assert.ThrowsAsync<PomonaException>(
            () => RunFixture.RunAsync(_run.Request() with { Restart = restart }));
        Assert.Equal([key], Directory.EnumerateFiles(_run["out"], "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(_run["out"], path)));
        Assert.Equal("somebody's", File.ReadAllText(_run["out/" + key]));
        Assert.Equal(ExitCode.Conflict, inFolder.Code);
        Assert.Contains($"{key} in {_run["out"]} ", inFolder.Message, StringComparison.Ordinal);
        if (key == "work/lock.holder.json") // a bucket's lock is one object
            return;

        var inBucket = await Assert.ThrowsAsync<PomonaException>(
            () => RunFixture.RunAsync(_run.Request() with { Restart = restart }, output: _bucket));
        Assert.Equal([key], _bucket.Keys);
        Assert.Equal("somebody's"u8, _bucket[key]);
        Assert.Equal(ExitCode.Conflict, inBucket.Code);
        Assert.Contains($"{key} in {_bucket.Address} ", inBucket.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Something_else_in_the_place_of_a_bucket_s_lock_is_left_alone()
    {
        _bucket[RunLayout.Lock] = """{"note": "mine"}"""u8.ToArray();

        var refused = await Assert.ThrowsAsync<PomonaException>(() => RunFixture.RunAsync(_run.Request(), output: _bucket));

        Assert.Equal(ExitCode.Conflict, refused.Code);
        Assert.Equal([RunLayout.Lock], _bucket.Keys);
        Assert.Equal("""{"note": "mine"}"""u8, _bucket[RunLayout.Lock]);
    }

    [Fact]
    public async Task Foreign_files_beside_disturb_nobody_and_outlive_a_restart()
    {
        string[] beside =
        [
            ".DS_Store", "note.txt", "features/.DS_Store", "features/note.txt", "features/2025/shard-00000.parquet", "model/mine.onnx",
            "manifest/copy of plan.json", "work/note.txt", "work/ledger/note.txt", "components/shard-1.parquet", "runs/.unfinished-other",
            ".unfinished-song.txt", "work/.unfinished-business", "features/.unfinished-letter.doc",
        ];
        foreach (var key in beside)
        {
            _run.Write("out/" + key, "somebody's"u8);
            _bucket[key] = "somebody's"u8.ToArray();
        }

        await RunFixture.RunAsync(_run.Request());
        await RunFixture.RunAsync(_run.Request(components: 3) with { Restart = true });
        await RunFixture.RunAsync(_run.Request(), output: _bucket);
        await RunFixture.RunAsync(_run.Request(components: 3) with { Restart = true }, output: _bucket);

        Assert.All(beside, key => Assert.Equal("somebody's", File.ReadAllText(_run["out/" + key])));
        Assert.All(beside, key => Assert.Equal("somebody's"u8, _bucket[key]));
    }

    [Theory]
    [InlineData("features")]
    [InlineData("components")]
    [InlineData("model")]
    [InlineData("manifest")]
    [InlineData("work")]
    public async Task An_output_over_the_input_s_own_classes_is_refused_and_no_photograph_is_touched(string label)
    {
        Directory.Move(Path.Combine(_run.Input, "kiwi"), Path.Combine(_run.Input, label));
        var before = Directory.EnumerateFiles(_run.Input, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToArray();

        foreach (var (input, output) in ((string, string)[])[(_run.Input, _run.Input), (Path.Combine(_run.Input, label), _run.Input)])
        {
            var refused = await Assert.ThrowsAsync<PomonaException>(
                () => RunFixture.RunAsync(_run.Request() with { Input = input, Output = output, Restart = true }));

            Assert.Equal(ExitCode.Conflict, refused.Code);
            Assert.Contains($"{_run.Input}/{label}/ holds images of the input", refused.Message, StringComparison.Ordinal);
            Assert.Equal(before, Directory.EnumerateFiles(_run.Input, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task A_restart_leaves_a_part_that_somebody_has_changed_since()
    {
        await RunFixture.RunAsync(_run.Request());
        _run.Write("out/" + RunLayout.Features(0), new byte[1 << 20]);
        var before = Files();

        var refused = await Assert.ThrowsAsync<PomonaException>(() => RunFixture.RunAsync(_run.Request() with { Restart = true }));

        Assert.Equal(ExitCode.Conflict, refused.Code);
        Assert.Contains(RunLayout.Features(0), refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, Files());
    }

    [Fact]
    public async Task The_parts_of_another_run_that_were_copied_here_with_their_ledger_are_not_this_run_s()
    {
        await RunFixture.RunAsync(_run.Request("other"));
        foreach (var key in (string[])[RunLayout.Features(0), RunLayout.PageOf(RunLayout.Features(0))])
            _run.Write("out/" + key, File.ReadAllBytes(_run["other/" + key]));

        var refused = await Assert.ThrowsAsync<PomonaException>(() => RunFixture.RunAsync(_run.Request() with { Restart = true }));

        Assert.Equal(ExitCode.Conflict, refused.Code);
        Assert.True(File.Exists(_run["out/" + RunLayout.Features(0)]));
    }

    /// <summary>Which change of the object, from the second run's first on, a rival comes before.</summary>
    [Theory]
    [InlineData(RunLayout.Report, 2)]
    [InlineData(RunLayout.Summary, 2)]
    [InlineData("work/ledger/report.html.page.json", 1)]
    [InlineData("work/ledger/report.html.about.json", 1)]
    [InlineData("work/ledger/_SUCCESS.about.json", 2)]
    public async Task What_a_rival_writes_in_a_bucket_just_before_the_run_rewrites_its_own_file_is_not_lost(string key, int change)
    {
        await RunFixture.RunAsync(_run.Request(), output: _bucket);
        await _bucket.DeleteAsync(RunLayout.Marker, CancellationToken.None);
        var changes = 0;
        _bucket.Before = (verb, at) =>
        {
            if (verb is "put" or "delete" && at == key && ++changes == change)
                _bucket[key] = "a rival's"u8.ToArray();
        };

        var refused = await Assert.ThrowsAsync<PomonaException>(() => RunFixture.RunAsync(_run.Request(), output: _bucket));

        Assert.Equal(ExitCode.Conflict, refused.Code);
        Assert.Contains($"{key} in {_bucket.Address} ", refused.Message, StringComparison.Ordinal);
        Assert.Equal("a rival's"u8, _bucket[key]);
        Assert.DoesNotContain(RunLayout.Marker, _bucket.Keys);
    }

    [Theory]
    [InlineData(RunLayout.Report)]
    [InlineData(RunLayout.Settings)]
    [InlineData(RunLayout.Plan)]
    [InlineData("features/shard-00000.parquet")]
    [InlineData("work/ledger/report.html.page.json")]
    [InlineData(RunLayout.Marker)]
    public async Task What_a_rival_writes_in_a_bucket_just_before_a_restart_removes_the_run_s_file_is_not_lost(string key)
    {
        await RunFixture.RunAsync(_run.Request(), output: _bucket);
        _bucket.Before = (verb, at) =>
        {
            if (verb == "delete" && at == key)
                _bucket[key] = "a rival's"u8.ToArray();
        };

        var refused = await Assert.ThrowsAsync<PomonaException>(
            () => RunFixture.RunAsync(_run.Request() with { Restart = true }, output: _bucket));

        Assert.Equal(ExitCode.Conflict, refused.Code);
        Assert.Contains($"{key} in {_bucket.Address} ", refused.Message, StringComparison.Ordinal);
        Assert.Equal("a rival's"u8, _bucket[key]);
    }

    [Fact]
    public async Task What_an_earlier_version_left_without_a_ledger_is_refused_with_and_without_restart()
    {
        await RunFixture.RunAsync(_run.Request());
        Directory.Delete(_run["out/" + RunLayout.Ledger], recursive: true);
        var settings = System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(_run["out/" + RunLayout.Settings]))!.AsObject();
        Assert.True(settings.Remove("run"));
        File.WriteAllText(_run["out/" + RunLayout.Settings], settings.ToJsonString());
        var before = Files();

        foreach (var restart in (bool[])[false, true])
        {
            var refused = await Assert.ThrowsAsync<PomonaException>(() => RunFixture.RunAsync(_run.Request() with { Restart = restart }));
            Assert.Equal(ExitCode.Conflict, refused.Code);
            Assert.Contains("an earlier version", refused.Message, StringComparison.Ordinal);
        }

        Assert.Equal(before, Files());
    }

    [Fact]
    public async Task A_ledger_is_small_and_names_every_file_of_the_run()
    {
        await RunFixture.RunAsync(_run.Request());

        using var output = new FolderStore(_run["out"]);
        var audit = await LedgerAudit.ReadAsync(
            output, RunSettings.FromJson(File.ReadAllBytes(_run["out/" + RunLayout.Settings])).Run, CancellationToken.None);
        Assert.Empty(audit.Lost);
        var ledger = new DirectoryInfo(_run["out/" + RunLayout.Ledger]).EnumerateFiles("*", SearchOption.AllDirectories).ToArray();
        Assert.Equal(18, ledger.Length); // of two parts each of cues, features and components, and one each of all else
        Assert.All(ledger, page => Assert.True(page.Length < 2_000, page.Name));
    }

    private SortedDictionary<string, DateTime> Files() => new(
        Directory.EnumerateFiles(_run["out"], "*", SearchOption.AllDirectories)
            .Where(path => !path.EndsWith("work/lock.json", StringComparison.Ordinal))
            .ToDictionary(path => path, File.GetLastWriteTimeUtc),
        StringComparer.Ordinal);
}
