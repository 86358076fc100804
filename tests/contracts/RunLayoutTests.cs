namespace Pomona.Contracts.Tests;

public sealed class RunLayoutTests
{
    [Fact]
    public void Every_file_that_a_run_writes_is_of_a_run_s_names_and_lies_in_one_of_its_folders_or_beside_them()
    {
        string[] files =
        [
            RunLayout.Marker, RunLayout.Plan, RunLayout.Rejected, RunLayout.Quality, RunLayout.Report, RunLayout.Summary, RunLayout.PcaJson,
            RunLayout.ComponentsModel, RunLayout.ImageModel, RunLayout.ClassModel, RunLayout.Labels, RunLayout.Manifest(0), RunLayout.Features(99_999),
            RunLayout.Components(200_000), RunLayout.Moments(63),
        ];

        Assert.All(files, file => Assert.True(RunLayout.IsOfRun(file), file));
        Assert.All(files, file => Assert.True(
            !file.Contains('/', StringComparison.Ordinal) || RunLayout.Folders.Any(folder => file.StartsWith(folder, StringComparison.Ordinal)), file));
    }

    [Theory]
    [InlineData("features/shard-1.parquet")]
    [InlineData("features/shard-0000a.parquet")]
    [InlineData("features/2025/shard-00000.parquet")]
    [InlineData("features/.parquet")]
    [InlineData("features/")]
    [InlineData("model/mine.onnx")]
    [InlineData("Report.html")]
    public void A_file_of_another_name_is_nobody_s_business(string key) => Assert.False(RunLayout.IsOfRun(key));

    [Fact]
    public void A_page_and_an_announcement_lead_back_to_their_file_and_no_other_file_does()
    {
        Assert.Equal(RunLayout.Features(3), RunLayout.FileOfPage(RunLayout.PageOf(RunLayout.Features(3)), out var isAnnouncement));
        Assert.False(isAnnouncement);
        Assert.Equal(RunLayout.Marker, RunLayout.FileOfPage(RunLayout.AnnouncementOf(RunLayout.Marker), out isAnnouncement));
        Assert.True(isAnnouncement);
        Assert.Null(RunLayout.FileOfPage(RunLayout.Ledger + "note.txt", out _));
        Assert.Null(RunLayout.FileOfPage("features/shard-00000.parquet.page.json", out _));
    }

    [Fact]
    public void What_is_known_of_a_shard_under_way_is_no_file_of_the_result()
    {
        Assert.True(RunLayout.IsSlow(RunLayout.Slow(7)) && RunLayout.IsProgress(RunLayout.Progress(123_456)));
        Assert.All([RunLayout.Slow(7), RunLayout.Progress(7)], key =>
        {
            Assert.StartsWith(RunLayout.ShardNotes, key, StringComparison.Ordinal);
            Assert.False(RunLayout.IsOfRun(key));
        });
        Assert.All([RunLayout.Slow(7), "work/shards/shard-7.progress.json", "work/shards/shard-0000x.progress.json"], key => Assert.False(RunLayout.IsProgress(key)));
    }
}
