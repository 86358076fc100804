using Pomona.Contracts;
using Pomona.Storage;

namespace Pomona.Job.Tests.Pipeline;

/// <summary>What removes a run (storage/RunRemoval.cs) knows each of its files by what it holds.</summary>
public sealed class RemovedRunTests : IDisposable
{
    private readonly RunFixture _run = new(perClass: 2);

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task A_run_is_removed_to_its_last_file_and_what_a_person_put_there_or_changed_stays()
    {
        await RunFixture.RunAsync(_run.Request());
        File.WriteAllText(_run["out/notes.txt"], "mine");
        File.WriteAllText(_run["out/features/shard-00009.parquet"], "mine, under a name of the run's");
        File.AppendAllText(_run["out/" + RunLayout.Report], "<p>and a remark of mine");
        File.WriteAllText(_run["out/" + RunLayout.PageOf(RunLayout.Features(9))], """{"run": "another", "files": []}""");

        var removed = await RemoveAsync();

        string[] left = [RunLayout.Features(9), "notes.txt", RunLayout.Report, RunLayout.PageOf(RunLayout.Features(9))];
        Assert.Equal(left.Order(KeyOrder.Instance), removed!.LeftAlone);
        Assert.Equal(left.Order(KeyOrder.Instance), Left());
        Assert.True(removed.Files > 20 && removed.Bytes > 10_000);
    }

    [Fact]
    public async Task A_run_that_died_is_removed_as_well()
    {
        for (var changes = 1; changes < 40; changes += 6)
        {
            await Assert.ThrowsAsync<DeathException>(() => RunFixture.RunAsync(_run.Request(), output: new DyingStore(new FolderStore(_run["out"]), changes)));
            if (!File.Exists(_run["out/" + RunLayout.Plan]))
                continue;

            await RemoveAsync();

            Assert.Empty(Left());
        }
    }

    [Fact]
    public async Task A_removal_that_broke_off_leaves_no_finished_run_and_is_gone_on_with()
    {
        await RunFixture.RunAsync(_run.Request());
        while (true)
        {
            var dying = new DyingStore(new FolderStore(_run["out"]), 5);
            try
            {
                await new RunRemoval(dying).TryRemoveAsync(string.Empty, _run.Input, CancellationToken.None);
                break;
            }
            catch (DeathException)
            {
                Assert.False(File.Exists(_run["out/" + RunLayout.Marker]));
                Assert.True(File.Exists(_run["out/" + RunLayout.Plan]));
            }
        }

        Assert.Empty(Left());
    }

    [Theory]
    [InlineData("""{"size":1,"eTag":"x"}""")]
    [InlineData("not JSON")]
    public async Task A_manifest_that_no_run_has_written_stays_and_the_rest_goes(string manifest)
    {
        await RunFixture.RunAsync(_run.Request());
        File.WriteAllText(_run["out/" + RunLayout.Manifest(1)], manifest);

        var removed = await RemoveAsync();

        Assert.Equal([RunLayout.Manifest(1)], removed!.LeftAlone);
    }

    [Fact]
    public async Task A_folder_whose_plan_is_of_another_input_or_that_has_none_is_not_touched()
    {
        await RunFixture.RunAsync(_run.Request());
        var before = Left();

        Assert.Null(await new RunRemoval(new FolderStore(_run["out"])).TryRemoveAsync(string.Empty, _run.Input + "-too", CancellationToken.None));
        File.WriteAllText(_run["out/" + RunLayout.Plan], "[1]");
        Assert.Null(await RemoveAsync());

        Assert.Equal(before, Left());
    }

    private Task<RemovedRun?> RemoveAsync() => new RunRemoval(new FolderStore(_run["out"])).TryRemoveAsync(string.Empty, _run.Input, CancellationToken.None);

    private IEnumerable<string> Left() =>
    [
        .. Directory.EnumerateFiles(_run["out"], "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(_run["out"], path)).Where(path => !Path.GetFileName(path).StartsWith('.')).Order(KeyOrder.Instance),
    ];
}
