using System.Text.Json;
using Pomona.Contracts;
using Pomona.Job.Engines;
using Pomona.Job.Pipeline;
using Pomona.Job.Progress;
using Pomona.Job.Runs;
using Pomona.Storage;
using Pomona.Vision.Models.Catalog;

namespace Pomona.Job.Tests.Pipeline;

public sealed class SlowImageTests : IDisposable
{
    private const string Reason = "took longer than 60 s to decode";

    private readonly RunFixture _run = new(perClass: 2);
    private readonly string _first;

    public SlowImageTests()
    {
        _first = Directory.EnumerateFiles(_run.Input, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).First();
        WriteSlow("a-slow.jpg");
    }

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task An_image_that_a_decoder_gives_up_is_rejected_by_name_and_the_run_finishes()
    {
        var slow = new SlowDecoding();
        var marker = await RunAsync(slow);

        Assert.Equal((20, 1, 1), (marker.Summary.Images, marker.Summary.Rejected, slow.Decoded));
        var rejected = Assert.Single(_run.Rejected());
        Assert.Equal((Slow("a-slow.jpg"), Reason), (rejected.Image, rejected.Reason));
        Assert.Null(slow.LastWords);
    }

    [Fact]
    public async Task A_decoder_that_nothing_interrupts_ends_the_process_and_its_successor_passes_the_image_over()
    {
        var endless = new SlowDecoding { CanBeInterrupted = false };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RunAsync(endless));

        Assert.Equal($"image '{Slow("a-slow.jpg")}' {Reason}, and its decoder cannot be interrupted", endless.LastWords);
        var successor = new SlowDecoding { CanBeInterrupted = false };
        var marker = await RunAsync(successor);
        Assert.Equal((20, 1, 0), (marker.Summary.Images, marker.Summary.Rejected, successor.Decoded));

        // As the run whose decoders can all be interrupted.
        await RunAsync(new SlowDecoding(), "other");
        Assert.Equal(_run.Lasting("other"), _run.Lasting("out"));
    }

    [Fact]
    public async Task A_run_that_was_stopped_ends_as_stopped_where_a_decoder_keeps_its_process()
    {
        using var stop = new CancellationTokenSource();
        var endless = new SlowDecoding
        {
            CanBeInterrupted = false,
            Before = isSlow =>
            {
                if (isSlow)
                    stop.Cancel();
            },
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RunAsync(endless, cancellation: stop.Token));

        Assert.Equal(SlowDecoding.Stopped, endless.LastWords);
        var marker = await RunAsync(new SlowDecoding { CanBeInterrupted = false });
        Assert.Equal((20, 1), (marker.Summary.Images, marker.Summary.Rejected));
    }

    [Fact]
    public async Task Another_worker_passes_over_what_ended_the_one_before_it_and_both_give_the_same_part()
    {
        await RunAsync(new SlowDecoding());
        var (settings, expected) = (await SettingsAsync(), await File.ReadAllBytesAsync(Path.Combine(_run["out"], RunLayout.Features(0))));
        File.Delete(Path.Combine(_run["out"], RunLayout.Features(0)));
        File.Delete(Path.Combine(_run["out"], RunLayout.PageOf(RunLayout.Features(0))));
        File.Delete(Path.Combine(_run["out"], RunLayout.Slow(0)));
        var (first, second) = (new SlowDecoding { CanBeInterrupted = false }, new SlowDecoding { CanBeInterrupted = false });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => WorkAsync(first));
        await WorkAsync(second);

        Assert.Equal((1, 0), (first.Decoded, second.Decoded));
        Assert.Equal(expected, await File.ReadAllBytesAsync(Path.Combine(_run["out"], RunLayout.Features(0))));

        async Task WorkAsync(SlowDecoding slow)
        {
            using var input = new FolderStore(_run.Input);
            using var output = new FolderStore(_run["out"]);
            using var work = new StageWork(settings, new RunInput(input), output, slow.Time, slow.Decoding, isSeenInStore: true);
            await work.RunAsync(Stage.Extract, 0, new NoProgress().Begin("extract", 0), CancellationToken.None);
        }
    }

    [Fact]
    public async Task A_shard_that_is_tried_again_does_not_decode_what_took_too_long()
    {
        var isSecond = false;
        var failing = new SlowDecoding
        {
            Before = isSlow =>
            {
                // After the slow one: the shard is not finished, its note is there.
                if (!isSlow && isSecond)
                    throw new OperationCanceledException("the process was stopped");
                isSecond |= isSlow;
            },
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RunAsync(failing, threads: 1));

        var again = new SlowDecoding();
        var marker = await RunAsync(again);

        Assert.Equal((1, 0), (failing.Decoded, again.Decoded));
        Assert.Equal((20, 1), (marker.Summary.Images, marker.Summary.Rejected));
        Assert.Equal(Reason, Assert.Single(_run.Rejected()).Reason);
    }

    [Fact]
    public async Task However_many_take_too_long_that_is_content_and_no_flood()
    {
        for (var i = 0; i < 39; i++)
            WriteSlow($"b-slow-{i}.jpg");

        var marker = await RunAsync(new SlowDecoding(), shardSize: 100, threads: 1);

        Assert.Equal((20, 40), (marker.Summary.Images, marker.Summary.Rejected));
        Assert.All(_run.Rejected(), image => Assert.Equal(Reason, image.Reason));
    }

    [Fact]
    public async Task A_note_that_no_run_of_this_output_wrote_is_refused_by_name_and_stays()
    {
        var note = _run.Write($"out/{RunLayout.Slow(0)}", """{"run":"another","images":[]}"""u8);

        var refused = await Assert.ThrowsAsync<PomonaException>(() => RunAsync(new SlowDecoding()));

        Assert.Equal(ExitCode.Conflict, refused.Code);
        Assert.Contains(RunLayout.Slow(0), refused.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(note));
    }

    [Fact]
    public async Task Starting_over_removes_the_runs_notes_and_publishing_what_a_stopped_worker_left()
    {
        var slow = new SlowDecoding();
        await RunAsync(slow);
        var settings = await SettingsAsync();
        var left = _run.Write($"out/{RunLayout.Progress(2)}", JsonSerializer.SerializeToUtf8Bytes(
            new ShardProgressNote(settings.Run, 3), ShardNoteJson.Default.ShardProgressNote));
        var foreign = _run.Write($"out/{RunLayout.ShardNotes}mine.json", "{}"u8);
        Assert.True(File.Exists(Path.Combine(_run["out"], RunLayout.Slow(0))));

        await RunAsync(slow, restart: true);

        Assert.Equal(2, slow.Decoded);
        Assert.False(File.Exists(left));
        Assert.True(File.Exists(foreign));
    }

    [Fact]
    public void A_successor_has_the_same_command_line_and_goes_on()
    {
        string[] words = ["dotnet", "Pomona.Job.dll", "run", "photos", "--restart", "-o", "run"];

        var successor = ProcessEnd.SuccessorOf(words, arguments: 5);

        Assert.Equal(["dotnet", "Pomona.Job.dll", "run", "--go-on", "photos", "--restart", "-o", "run"], successor);
        Assert.Equal(successor, ProcessEnd.SuccessorOf(successor, arguments: 6));
    }

    private async Task<RunMarker> RunAsync(
        SlowDecoding slow, string output = "out", int shardSize = 7, int threads = 2, bool restart = false, CancellationToken cancellation = default)
    {
        var request = _run.Request(output, shardSize: shardSize, threads: threads) with { Restart = restart };
        using var from = StoreAddress.Open(request.Input);
        using var to = StoreAddress.Open(request.Output);
        var model = await new ModelCatalog(new ModelCatalogOptions()).ResolveAsync(request.Model, CancellationToken.None);
        return await new RunPipeline(request, model, from, to, new LocalEngine(), new NoProgress(), slow.Time)
        {
            Decoding = slow.Decoding,
        }.RunAsync(cancellation);
    }

    private async Task<RunSettings> SettingsAsync()
        => RunSettings.FromJson(await File.ReadAllBytesAsync(Path.Combine(_run["out"], RunLayout.Settings)));

    private string Slow(string name) => Path.GetRelativePath(_run.Input, Path.Combine(Path.GetDirectoryName(_first)!, name)).Replace('\\', '/');

    private void WriteSlow(string name)
        => File.WriteAllBytes(Path.Combine(_run.Input, Slow(name)), [.. File.ReadAllBytes(_first), .. SlowDecoding.Mark]);
}
