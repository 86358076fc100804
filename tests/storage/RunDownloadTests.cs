using Pomona.Contracts;

namespace Pomona.Storage.Tests;

public sealed class RunDownloadTests : IDisposable
{
    private const string Run = "runs/fruits/20261121T120000Z-0000000a/";

    private readonly TemporaryFolder _folder = new();
    private readonly MemoryStore _store = new();

    public RunDownloadTests()
    {
        Write(RunLayout.Report, "<html>");
        Write(RunLayout.Features(0), "features");
        Write(RunLayout.Marker, "{}", hasPage: false);
        Write("notes.txt", "somebody's", hasPage: false);
        Write(RunLayout.WaitingTask, "{}", hasPage: false);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_results_come_with_the_marker_last_and_the_second_time_nothing_does()
    {
        var written = new List<string>();
        _store.Before = (operation, key) =>
        {
            lock (written)
            {
                if (operation == "get" && !key.Contains("/work/", StringComparison.Ordinal))
                    written.Add(key[Run.Length..]);
            }
        };

        Assert.Equal(new DownloadedRun(3, 0, 16, IsWhole: true), await CopyAsync());
        Assert.Equal(RunLayout.Marker, written[^1]);
        Assert.Equal(
            [RunLayout.Marker, RunLayout.Features(0), RunLayout.Report],
            Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(_folder.Path, file)).Order(StringComparer.Ordinal));
        written.Clear();

        Assert.Equal(new DownloadedRun(0, 3, 0, IsWhole: true), await CopyAsync());
        Assert.Equal([RunLayout.Marker], written); // the one without a sum is compared
    }

    [Fact]
    public async Task A_download_that_broke_off_is_gone_on_with()
    {
        _store.Before = (operation, key) =>
        {
            if (operation == "get" && key == Run + RunLayout.Features(0))
                throw new StoreException(StoreFault.Unreachable, "the network went");
        };
        await Assert.ThrowsAsync<StoreException>(CopyAsync);
        Assert.False(File.Exists(Path.Combine(_folder.Path, RunLayout.Marker)));
        _store.Before = (_, _) => { };

        var done = await CopyAsync();

        Assert.Equal(3, done.Copied + done.There);
        Assert.True(done.IsWhole);
    }

    [Theory]
    [InlineData("report.html", "mine!!")]
    [InlineData("report.html", "longer than the run's")]
    [InlineData("_SUCCESS", "[]")]
    public async Task Another_file_in_a_place_of_the_run_s_is_left_alone_and_nothing_is_written(string name, string content)
    {
        File.WriteAllText(Path.Combine(_folder.Path, name), content);

        var refused = await Assert.ThrowsAsync<PomonaException>(CopyAsync);

        Assert.Equal(ExitCode.Conflict, refused.Code);
        Assert.Contains($"'{name}'", refused.Message);
        Assert.Equal(content, File.ReadAllText(Path.Combine(_folder.Path, name)));
        Assert.Single(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task What_is_not_what_the_run_wrote_is_not_taken_over()
    {
        _store[Run + RunLayout.Features(0)] = "FEATURES"u8.ToArray();

        var refused = await Assert.ThrowsAsync<PomonaException>(CopyAsync);

        Assert.Contains("is not what the run wrote", refused.Message);
        Assert.False(File.Exists(Path.Combine(_folder.Path, RunLayout.Features(0))));
        Assert.False(File.Exists(Path.Combine(_folder.Path, RunLayout.Marker)));
    }

    [Fact]
    public async Task Where_there_is_no_run_that_is_said()
        => Assert.Equal(
            ExitCode.Input,
            (await Assert.ThrowsAsync<PomonaException>(() => new RunDownload(_store, "runs/fruits/none/").CopyAsync(_folder.Path, (_, _) => { }, default))).Code);

    private Task<DownloadedRun> CopyAsync() => new RunDownload(_store, Run).CopyAsync(_folder.Path, (_, _) => { }, default);

    private void Write(string key, string content, bool hasPage = true)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(content);
        _store[Run + key] = bytes;
        if (hasPage)
            _store[Run + RunLayout.PageOf(key)] = new LedgerPage("r1", [LedgerLine.Of(key, bytes)]).ToJson();
    }
}
