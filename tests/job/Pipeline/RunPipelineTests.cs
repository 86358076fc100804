using System.Text.Json;
using System.Text.Json.Nodes;
using Pomona.Contracts;
using Pomona.Job.Parquet;
using Pomona.Job.Pipeline;
using Pomona.Job.Runs;
using Pomona.Job.Tests.Engines.Spark;
using Pomona.Numerics.Reduction;
using Pomona.Storage;

namespace Pomona.Job.Tests.Pipeline;

public sealed class RunPipelineTests : IDisposable
{
    private readonly RunFixture _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task A_folder_of_images_becomes_the_whole_tree_with_the_marker_last()
    {
        var marker = await RunFixture.RunAsync(_run.Request());

        Assert.Equal(40, marker.Summary.Images);
        Assert.Equal(10, marker.Summary.Labels);
        Assert.Equal(10, marker.Summary.Components);
        Assert.Equal(6, marker.Summary.Shards);
        string[] expected =
        [
            RunLayout.Plan, RunLayout.Manifest(5), RunLayout.Features(5), RunLayout.Components(5), RunLayout.Rejected, RunLayout.Quality,
            RunLayout.PcaJson, RunLayout.ComponentsModel, RunLayout.ImageModel, RunLayout.ClassModel, RunLayout.Labels, RunLayout.Report, RunLayout.Summary, RunLayout.Marker,
        ];
        Assert.All(expected, path => Assert.True(File.Exists(Path.Combine(_run["out"], path)), path));
        var markerTime = File.GetLastWriteTimeUtc(Path.Combine(_run["out"], RunLayout.Marker));
        Assert.All(
            Directory.EnumerateFiles(_run["out"], "*", SearchOption.AllDirectories),
            path => Assert.True(File.GetLastWriteTimeUtc(path) <= markerTime, path));
        Assert.False(Directory.EnumerateFiles(Path.Combine(_run["out"], "work", "moments")).Any());
    }

    [Fact]
    public async Task Threads_and_shard_size_change_neither_features_nor_components_beyond_a_billionth()
    {
        // More than one group of moments, so that merging is part of it: 2,100 images with 40 different contents.
        var photos = Directory.GetFiles(_run.Input, "*.jpg", SearchOption.AllDirectories);
        for (var copy = photos.Length; copy < 2_100; copy++)
        {
            var photo = photos[copy % photos.Length];
            File.Copy(photo, Path.Combine(Path.GetDirectoryName(photo)!, $"copy-{copy:D4}.jpg"));
        }

        Assert.Equal(2, new ShardGroups(33, 64).Count);
        await RunFixture.RunAsync(_run.Request("a", shardSize: 64, threads: 1));
        await RunFixture.RunAsync(_run.Request("b", shardSize: 64, threads: 2));
        await RunFixture.RunAsync(_run.Request("c", shardSize: 512, threads: 2));

        Assert.Equal(_run.Lasting("a"), _run.Lasting("b"));
        Assert.Equal(Values("a", RunLayout.Features), Values("c", RunLayout.Features));
        var small = Values("a", RunLayout.Components);
        var large = Values("c", RunLayout.Components);
        Assert.Equal(small.Keys, large.Keys);
        foreach (var (image, values) in small)
        {
            for (var i = 0; i < values.Length; i++)
                Assert.Equal(values[i], large[image][i], 1e-6f * Math.Max(1, Math.Abs(values[i]))); // float32 in the file
        }

        var (fitted, refitted) = (Pca("a"), Pca("c"));
        for (var k = 0; k < fitted.Components.Length; k++)
            Assert.All(fitted.Components[k].Zip(refitted.Components[k]), pair => Assert.Equal(pair.First, pair.Second, 1e-9));
    }

    [Fact]
    public async Task Running_again_is_finished_at_once_and_changes_nothing()
    {
        var first = await RunFixture.RunAsync(_run.Request());
        var before = _run.Lasting("out");
        var report = File.GetLastWriteTimeUtc(Path.Combine(_run["out"], RunLayout.Report));

        var again = await RunFixture.RunAsync(_run.Request());

        Assert.Equal(first, again);
        Assert.Equal(before, _run.Lasting("out"));
        Assert.Equal(report, File.GetLastWriteTimeUtc(Path.Combine(_run["out"], RunLayout.Report)));
    }

    [Fact]
    public async Task Other_settings_under_the_same_output_are_refused_and_name_what_differs()
    {
        await RunFixture.RunAsync(_run.Request(components: 5));

        var refused = await Assert.ThrowsAsync<PomonaException>(() => RunFixture.RunAsync(_run.Request(components: 6)));

        Assert.Equal(ExitCode.Conflict, refused.Code);
        Assert.Contains("--components was 5 and is now 6", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_output_that_a_version_with_another_form_of_parts_began_is_refused_in_one_sentence_and_stays_as_it_is()
    {
        await RunFixture.RunAsync(_run.Request());
        File.Delete(Path.Combine(_run["out"], RunLayout.Marker));
        var settings = JsonNode.Parse(File.ReadAllText(Path.Combine(_run["out"], RunLayout.Settings)))!.AsObject();
        Assert.True(settings.Remove("parts"));
        File.WriteAllText(Path.Combine(_run["out"], RunLayout.Settings), settings.ToJsonString());
        var before = _run.Lasting("out");

        var refused = await Assert.ThrowsAsync<PomonaException>(() => RunFixture.RunAsync(_run.Request()));

        Assert.Equal(ExitCode.Conflict, refused.Code);
        Assert.Equal(
            $"{_run["out"]} holds a run with other settings (form of the parts was an earlier version's and is now {PartLayout.Form}): "
            + "choose another --output, or start over with --restart.",
            refused.Message);
        Assert.Equal(before, _run.Lasting("out"));
        await RunFixture.RunAsync(_run.Request() with { Restart = true });
    }

    [Fact]
    public async Task A_run_that_another_kind_of_processor_began_is_not_gone_on_with()
    {
        await RunFixture.RunAsync(_run.Request());
        File.Delete(Path.Combine(_run["out"], RunLayout.Marker));
        var settings = JsonNode.Parse(File.ReadAllText(Path.Combine(_run["out"], RunLayout.Settings)))!.AsObject();
        settings["architecture"] = "Sparc";
        File.WriteAllText(Path.Combine(_run["out"], RunLayout.Settings), settings.ToJsonString());

        var refused = await Assert.ThrowsAsync<PomonaException>(() => RunFixture.RunAsync(_run.Request()));

        Assert.Contains("(processors was Sparc and is now ", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Restart_begins_anew_with_other_settings_and_leaves_nothing_of_the_old()
    {
        await RunFixture.RunAsync(_run.Request(shardSize: 3));
        await RunFixture.RunAsync(_run.Request("fresh", components: 6));

        await RunFixture.RunAsync(_run.Request(components: 6) with { Restart = true });

        Assert.Equal(_run.Lasting("fresh"), _run.Lasting("out"));
    }

    [Fact]
    public async Task An_input_that_grew_is_refused_under_the_same_output()
    {
        await RunFixture.RunAsync(_run.Request());
        var photo = Directory.EnumerateFiles(_run.Input, "*.jpg", SearchOption.AllDirectories).First();
        File.Copy(photo, Path.Combine(_run.Input, "kiwi", "zzz.jpg"));

        var refused = await Assert.ThrowsAsync<PomonaException>(() => RunFixture.RunAsync(_run.Request()));

        Assert.Equal(ExitCode.Conflict, refused.Code);
        Assert.Contains("40 images then, 41 now", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_snapshot_taken_by_the_workflow_is_used_as_it_is()
    {
        await RunFixture.RunAsync(_run.Request("taken"));
        foreach (var path in Directory.EnumerateFiles(_run["taken/manifest"]))
            _run.Write(Path.Combine("out", "manifest", Path.GetFileName(path)), File.ReadAllBytes(path));
        var photo = Directory.EnumerateFiles(_run.Input, "*.jpg", SearchOption.AllDirectories).First();
        File.Copy(photo, Path.Combine(_run.Input, "kiwi", "later.jpg"));

        var marker = await RunFixture.RunAsync(_run.Request() with { UseSnapshot = true });

        Assert.Equal(40, marker.Summary.Images);
        Assert.Equal(_run.Lasting("taken"), _run.Lasting("out"));
    }

    [Fact]
    public async Task An_empty_input_is_refused_before_anything_is_written()
    {
        Directory.CreateDirectory(_run["empty"]);
        _run.Write("notes/readme.txt", "no image"u8);

        var empty = await Assert.ThrowsAsync<PomonaException>(
            () => RunFixture.RunAsync(_run.Request() with { Input = _run["empty"] }));
        var notes = await Assert.ThrowsAsync<PomonaException>(
            () => RunFixture.RunAsync(_run.Request() with { Input = _run["notes"] }));
        var missing = await Assert.ThrowsAsync<PomonaException>(
            () => RunFixture.RunAsync(_run.Request() with { Input = _run["missing"] }));

        Assert.All([empty, notes, missing], refused => Assert.Equal(ExitCode.Input, refused.Code));
        Assert.Contains("is empty", empty.Message, StringComparison.Ordinal);
        Assert.Contains("none of the 1 files", notes.Message, StringComparison.Ordinal);
        Assert.Contains("there is no folder", missing.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_run["out"]));
    }

    [Fact]
    public async Task A_folder_without_sub_folders_is_one_unlabelled_class()
    {
        foreach (var photo in Directory.EnumerateFiles(Path.Combine(_run.Input, "kiwi")))
            _run.Write(Path.Combine("flat", Path.GetFileName(photo)), File.ReadAllBytes(photo));

        var marker = await RunFixture.RunAsync(_run.Request() with { Input = _run["flat"] });

        Assert.Equal((4, 1), (marker.Summary.Images, marker.Summary.Labels));
        Assert.All(Rows("out", RunLayout.Features), row => Assert.Equal(ManifestEntry.Unlabelled, row.Label));
    }

    [Fact]
    public async Task One_image_is_a_run_without_components()
    {
        var photo = Directory.EnumerateFiles(Path.Combine(_run.Input, "kiwi")).First();
        _run.Write("one/kiwi/1.jpg", File.ReadAllBytes(photo));

        var marker = await RunFixture.RunAsync(_run.Request() with { Input = _run["one"] });

        Assert.Equal((1, 0), (marker.Summary.Images, marker.Summary.Components));
        Assert.True(File.Exists(Path.Combine(_run["out"], RunLayout.Report)));
    }

    [Fact]
    public async Task Fewer_images_than_components_give_one_component_less_than_images()
    {
        foreach (var photo in Directory.EnumerateFiles(Path.Combine(_run.Input, "kiwi")))
            _run.Write(Path.Combine("few/kiwi", Path.GetFileName(photo)), File.ReadAllBytes(photo));

        var marker = await RunFixture.RunAsync(_run.Request() with { Input = _run["few"] });

        Assert.Equal(3, marker.Summary.Components);
        Assert.Equal(1, marker.Summary.ExplainedVariance, 1e-9);
    }

    [Fact]
    public async Task Identical_images_have_no_variance_to_explain_and_still_make_a_run()
    {
        var photo = File.ReadAllBytes(Directory.EnumerateFiles(Path.Combine(_run.Input, "kiwi")).First());
        for (var i = 0; i < 5; i++)
            _run.Write($"same/kiwi/{i}.jpg", photo);

        var marker = await RunFixture.RunAsync(_run.Request() with { Input = _run["same"] });

        Assert.Equal((5, 0), (marker.Summary.Images, marker.Summary.Components));
    }

    [Fact]
    public async Task Bad_images_are_rows_of_the_rejected_file_and_the_run_succeeds()
    {
        var photo = File.ReadAllBytes(Directory.EnumerateFiles(Path.Combine(_run.Input, "kiwi")).First());
        _run.Write("fruits/kiwi/empty.jpg", []);
        _run.Write("fruits/kiwi/page.jpg", "<html>404 not found</html>"u8);
        _run.Write("fruits/kiwi/cut.jpg", photo.AsSpan(0, photo.Length / 2));
        _run.Write("fruits/kiwi/new\nline \"quoted\" .jpg", photo);
        _run.Write("fruits/kiwi/" + new string('n', 250) + ".jpg", photo);
        _run.Write("fruits/kiwi/protected.jpg", "PK\u0003\u0004\u0014\0\u0001\0\b\0 an archive with a password"u8);
        _run.Write("fruits/kiwi/protected.png", "%PDF-1.7\n1 0 obj << /Encrypt 2 0 R >>"u8);
        File.CreateSymbolicLink(Path.Combine(_run.Input, "kiwi", "dangling.jpg"), "/nowhere/at/all");
        // Two names that are not UTF-8, and read as the same one.
        await CopyToRawNameAsync(photo, "$'kiwi/\\xff.jpg'");
        await CopyToRawNameAsync(photo, "$'kiwi/\\xfe.jpg'");

        var marker = await RunFixture.RunAsync(_run.Request());

        Assert.Equal((42, 8), (marker.Summary.Images, marker.Summary.Rejected));
        var rejected = _run.Rejected().OrderBy(image => image.Image, StringComparer.Ordinal).ToArray();
        Assert.Equal(
            [
                "kiwi/cut.jpg", "kiwi/dangling.jpg", "kiwi/empty.jpg", "kiwi/page.jpg", "kiwi/protected.jpg", "kiwi/protected.png",
                "kiwi/\uFFFD.jpg", "kiwi/\uFFFD\uFFFD.jpg",
            ],
            rejected.Select(image => image.Image));
        Assert.Contains("truncated JPEG", rejected[0].Reason, StringComparison.Ordinal);
        Assert.Equal(
            [
                "it was deleted after the run began", "the file is empty", "not an image: it is an HTML page",
                "not an image: it is an archive", "not an image: it is a PDF document",
                .. Enumerable.Repeat("its name is not UTF-8 or too long, so it cannot be opened: rename it", 2),
            ],
            rejected[1..].Select(image => image.Reason));
    }

    [Fact]
    public async Task A_file_longer_than_any_accepted_image_is_rejected_unread()
    {
        using (var video = File.Create(_run["fruits/kiwi/video.jpg"]))
            video.SetLength(70 << 20); // takes no room on the disk

        await RunFixture.RunAsync(
            _run.Request() with { MaxMegapixels = 0.5 },
            input: new UnreadableStore(StoreAddress.Open(_run.Input), "kiwi/video.jpg"));

        Assert.Equal(
            "too large: 73 MB is more than any image within the limit of 0.5 megapixels needs", Assert.Single(_run.Rejected()).Reason);
    }

    [Fact]
    public async Task A_damaged_manifest_of_a_snapshot_is_somebody_elses_doing_and_no_fault()
    {
        await RunFixture.RunAsync(_run.Request("taken"));
        foreach (var path in Directory.EnumerateFiles(_run["taken/manifest"]))
            _run.Write(Path.Combine("out", "manifest", Path.GetFileName(path)), File.ReadAllBytes(path));
        _run.Write("out/" + RunLayout.Manifest(2), "{\"key\": "u8);

        var damaged = await Assert.ThrowsAsync<PomonaException>(() => RunFixture.RunAsync(_run.Request() with { UseSnapshot = true }));
        _run.Write("out/" + RunLayout.Manifest(2), []);
        var empty = await Assert.ThrowsAsync<PomonaException>(() => RunFixture.RunAsync(_run.Request() with { UseSnapshot = true }));

        Assert.Equal((ExitCode.Conflict, ExitCode.Conflict), (damaged.Code, empty.Code));
        Assert.Contains($"{RunLayout.Manifest(2)} in {_run["out"]} is damaged", damaged.Message, StringComparison.Ordinal);
        Assert.Contains($"{RunLayout.Manifest(2)} in {_run["out"]} lists 0 images of 7", empty.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Publishing_tells_of_every_shard_that_it_reads_so_that_a_huge_run_is_not_taken_for_a_hung_one()
    {
        var progress = new CountingProgress();

        await RunFixture.RunAsync(_run.Request(shardSize: 4), progress: progress);

        Assert.True(progress["publish"].Shards >= 10, $"{progress["publish"].Shards} of 10");
    }

    [Fact]
    public async Task A_run_without_any_usable_image_fails_says_why_and_writes_no_marker()
    {
        _run.Write("bad/kiwi/1.jpg", "not an image"u8);
        _run.Write("bad/kiwi/2.jpg", []);

        var failed = await Assert.ThrowsAsync<PomonaException>(() => RunFixture.RunAsync(_run.Request() with { Input = _run["bad"] }));

        Assert.Equal(ExitCode.Input, failed.Code);
        Assert.Contains("none of the 2 images", failed.Message, StringComparison.Ordinal);
        Assert.Equal(2, _run.Rejected().Count);
        Assert.False(File.Exists(Path.Combine(_run["out"], RunLayout.Marker)));
    }

    [Fact]
    public async Task The_token_that_the_workflow_gave_is_published_nowhere_and_the_marker_carries_the_rest()
    {
        var writes = new WritesStore(new FolderStore(_run["out"]));
        await RunFixture.RunAsync(_run.Request() with { TaskToken = "secret-token", ClusterId = "j-1", ExecutionArn = "arn:aws:x" }, output: writes);

        var marker = JsonSerializer.Deserialize(
            File.ReadAllBytes(Path.Combine(_run["out"], RunLayout.Marker)), ContractJson.Readable.RunMarker)!;
        Assert.Equal((null, "j-1", "arn:aws:x"), (marker.EarlierToken, marker.ClusterId, marker.ExecutionArn));
        Assert.Equal(
            [RunLayout.WaitingTask],
            Directory.EnumerateFiles(_run["out"], "*", SearchOption.AllDirectories)
                .Where(path => File.ReadAllText(path).Contains("secret-token", StringComparison.Ordinal))
                .Select(path => Path.GetRelativePath(_run["out"], path)));
        // Whoever hears of the marker finds the token there.
        Assert.Equal(RunLayout.Marker, writes.Keys[^1]);
        Assert.Contains(RunLayout.WaitingTask, writes.Keys);
    }

    [Fact]
    public async Task Going_on_with_a_run_replaces_the_token_of_the_attempt_before_and_nothing_that_is_no_token()
    {
        var dying = new DyingStore(new FolderStore(_run["out"]), 60);
        await Assert.ThrowsAnyAsync<Exception>(() => RunFixture.RunAsync(_run.Request() with { TaskToken = "first" }, output: dying));
        _run.Write("out/" + RunLayout.WaitingTask, new WaitingTask("first").ToJson());

        await RunFixture.RunAsync(_run.Request() with { TaskToken = "second" });
        Assert.Equal("second", WaitingTask.TryParse(File.ReadAllBytes(_run["out/" + RunLayout.WaitingTask]))?.TaskToken);

        _run.Write("other/" + RunLayout.WaitingTask, "a person's own"u8);
        var refused = await Assert.ThrowsAsync<PomonaException>(() => RunFixture.RunAsync(_run.Request("other") with { TaskToken = "third" }));
        Assert.Equal((ExitCode.Conflict, "a person's own"), (refused.Code, File.ReadAllText(_run["other/" + RunLayout.WaitingTask])));
        Assert.False(File.Exists(_run["other/" + RunLayout.Marker]));
    }

    [Fact]
    public async Task A_fault_while_working_on_an_image_ends_the_run_and_names_the_image()
    {
        var photo = Directory.EnumerateFiles(Path.Combine(_run.Input, "kiwi")).Order(StringComparer.Ordinal).Last();
        var key = "kiwi/" + Path.GetFileName(photo);

        var failed = await Assert.ThrowsAsync<ImageFailedException>(() => RunFixture.RunAsync(
            _run.Request(), input: new UnreadableStore(StoreAddress.Open(_run.Input), key)));

        Assert.Equal(key, failed.Image);
        Assert.Equal($"image '{key}': the reader is broken", failed.Message);
    }

    [Fact]
    public async Task A_share_of_the_variance_keeps_as_many_components_as_it_takes()
    {
        Assert.True(ComponentCount.TryParse("90%", 1280, out var share));
        var kept = await RunFixture.RunAsync(_run.Request("share") with { Components = share });
        var all = await RunFixture.RunAsync(_run.Request("all", components: 24));

        var ratios = Pca("all").ExplainedVarianceRatio;
        Assert.InRange(kept.Summary.Components, 2, all.Summary.Components - 1);
        Assert.InRange(ratios.Take(kept.Summary.Components).Sum(), 0.9, 1);
        Assert.InRange(ratios.Take(kept.Summary.Components - 1).Sum(), 0, 0.9);
        Assert.Contains("0.9", File.ReadAllText(_run["share/work/settings.json"]), StringComparison.Ordinal);
    }

    private async Task CopyToRawNameAsync(byte[] photo, string bashName)
    {
        var source = _run.Write("raw.jpg", photo);
        using var shell = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(
            "bash", ["-c", $"cp '{source}' {bashName}"])
        { WorkingDirectory = _run.Input })!;
        await shell.WaitForExitAsync();
        Assert.Equal(0, shell.ExitCode);
    }

    private PcaModel Pca(string output) => PcaModel.ReadJson(new MemoryStream(File.ReadAllBytes(Path.Combine(_run[output], RunLayout.PcaJson))));

    private SortedDictionary<string, float[]> Values(string output, Func<int, string> path)
        => new(Rows(output, path).ToDictionary(row => row.Image, row => row.Values), StringComparer.Ordinal);

    private List<(string Image, string Label, float[] Values)> Rows(string output, Func<int, string> path)
    {
        var rows = new List<(string, string, float[])>();
        for (var shard = 0; File.Exists(Path.Combine(_run[output], path(shard))); shard++)
        {
            using var part = new PartReader(File.ReadAllBytes(Path.Combine(_run[output], path(shard))));
            while (part.ReadRowGroup(out var images, out var labels, out var values, out var count))
            {
                for (var row = 0; row < count; row++)
                    rows.Add((images[row], labels[row], values.AsSpan(row * part.Width, part.Width).ToArray()));
            }
        }

        return rows;
    }

    /// <summary>Remembers in which order files came to be there.</summary>
    private sealed class WritesStore(IStore inner) : ForwardingStore(inner)
    {
        private readonly System.Collections.Concurrent.ConcurrentQueue<string> _keys = new();

        public IReadOnlyList<string> Keys => [.. _keys];

        public override async Task<string?> TryCreateAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellation)
            => Written(key, await base.TryCreateAsync(key, content, cancellation));

        public override async Task<string?> TryCreateAsync(string key, Stream content, CancellationToken cancellation)
            => Written(key, await base.TryCreateAsync(key, content, cancellation));

        private string? Written(string key, string? etag)
        {
            if (etag is not null)
                _keys.Enqueue(key);
            return etag;
        }
    }
}
